"""The invented vendors' sites: what surrounds a policy on its page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One vendor's site. `nav` pairs an address with its words; a page shows a few of the `teasers`. `below` is what a
    program puts below each text (with the time of the request, `when`), which is not the vendor's word.
    """

    host: str
    name: str
    tagline: str
    colour: str
    nav: tuple[tuple[str, str], ...]
    news: str
    teasers: tuple[tuple[str, str], ...]
    foot: str
    cookie: str = 'This site uses cookies. <a href="/cookies">Find out more</a> <button>OK</button>'
    lang: str = "en"
    below: str = ""


HARBOURLIGHT = Site(
    "www.harbourlight.example",
    "Harbourlight Photo",
    "Prints that outlive the camera",
    "#1F4E6B",
    (
        ("/prints/", "Prints"),
        ("/albums/", "Albums"),
        ("/frames/", "Frames"),
        ("/prices.html", "Prices"),
        ("/help/", "Help"),
        ("/privacy.html", "Privacy"),
    ),
    "From the darkroom",
    (
        ("Slides are back", "Bring us your mounted slides before the end of the month and we scan the first ten free."),
        ("A winter competition", "Send in one picture of weather. The best three hang in our window until spring."),
        ("Larger sheets", "Our new machine prints on rolls a metre wide, matt or gloss."),
        ("Penryn open day", "Come and see how a print is made, on the second Saturday of the month."),
        ("Grandmother's box", "What we learned from scanning four thousand negatives from one attic."),
        ("Posting dates", "The last day for framed prints to arrive before the holidays is the sixteenth."),
    ),
    "Harbourlight Photo, Cornwall &middot; Printed on paper since 1998",
)

TALLOWSOFT = Site(
    "www.tallowsoft.example",
    "Tallowsoft",
    "Makers of Tallow Cart, the shopping cart that stays lit",
    "#7A3B10",
    (
        ("/cart/", "Tallow Cart"),
        ("/demo/", "Demo"),
        ("/buy/", "Buy"),
        ("/forums/", "Forums"),
        ("/company/about.php", "Company"),
        ("/company/privacy.php", "Privacy"),
    ),
    "News",
    (
        ("Tallow Cart 3.2 released", "Faster search, coupon codes and a cure for the rounding of Canadian taxes."),
        ("New skin: Beeswax", "A clean two-column design, free to every licensee."),
        ("Security notice", "Please apply the patch of last Tuesday if you use the gift certificate module."),
        ("Meet us in Columbus", "We are at booth 41 of the Midwest Retail Fair."),
        ("Store of the month", "A family in Vermont that sells nothing but door knockers."),
    ),
    "&copy; Tallowsoft LLC. All rights reserved.",
)

TALLOWBRIDGE = Site(
    "www.tallowbridge.example",
    "Tallowbridge Software",
    "Open a store by Friday",
    "#8C4A17",
    (
        ("/hosted", "Tallow Hosted"),
        ("/cart", "Tallow Cart"),
        ("/marketplace", "Marketplace"),
        ("/pricing", "Pricing"),
        ("/legal/terms", "Terms"),
        ("/legal/privacy", "Privacy"),
    ),
    "Latest from the blog",
    (
        ("Nine checkout mistakes", "We watched two hundred shoppers give up. Here is where, and what to do about it."),
        ("Taxes without tears", "The new tax tables load themselves on the first of the month."),
        ("How Knockers of Vermont doubled sales", "An interview with a family business that writes to each customer."),
        ("Picture sizes explained", "Why your photographs look soft on telephones, and the one setting that helps."),
        ("Meet the Marketplace authors", "Three people who earn a living from small extensions."),
        ("Black Friday checklist", "Twelve things to try on a quiet Tuesday in October."),
    ),
    "&copy; Tallowbridge Software, Inc. Dayton, Ohio",
)

GRUENWALD = Site(
    "www.gruenwald.example",
    "Gärtnerei Grünwald",
    "Saatgut, Stauden und Gehölze seit 1921",
    "#2F5D27",
    (
        ("/saatgut/", "Saatgut"),
        ("/stauden/", "Stauden"),
        ("/gehoelze/", "Gehölze"),
        ("/ueber-uns/", "Über uns"),
        ("/datenschutz.html", "Datenschutz"),
    ),
    "Aus dem Garten",
    (
        ("Jetzt säen", "Mangold, Möhren und Kerbel dürfen schon ins Frühbeet."),
        ("Hoffest", "Am letzten Sonntag im Mai öffnen wir die Gewächshäuser für große und kleine Gäste."),
        ("Alte Sorten", "Der Weißenbacher Grünkohl ist wieder lieferbar, solange der Vorrat reicht."),
        ("Gießtipp", "Lieber selten und gründlich als jeden Abend ein bisschen."),
        ("Öffnungszeiten", "Im Winter schließen wir um sechzehn Uhr."),
    ),
    "Gärtnerei Grünwald · Weißenbach an der Röder · Alle Preise inkl. MwSt.",
    "Diese Seite verwendet Cookies. <button>Verstanden</button>",
    "de",
    "© 1996–{when:%Y} Gärtnerei Grünwald",
)

TSUKINAMI = Site(
    "www.tsukinami.example",
    "月並窯",
    "備前の土、月ごとの器",
    "#5B4636",
    (
        ("/utsuwa/", "器"),
        ("/kyoshitsu/", "陶芸教室"),
        ("/kamabiraki/", "窯開き"),
        ("/otoiawase/", "お問い合わせ"),
        ("/privacy.html", "個人情報保護方針"),
    ),
    "窯だより",
    (
        ("春の窯開き", "四月の第二土曜日、日曜日に開催します。"),
        ("新作の湯呑", "灰をかぶった湯呑が焼き上がりました。"),
        ("教室のお知らせ", "火曜日の午後のクラスに空きがございます。"),
        ("薪が届きました", "赤松の薪を三トン、裏の小屋に積みました。"),
        ("梅雨のお休み", "六月の最終週は工房をお休みします。"),
    ),
    "&copy; 月並窯　岡山県備前市",
    "当サイトはクッキーを使用しています。<button>閉じる</button>",
    "ja",
)

BRINDLECART = Site(
    "brindlecart.example",
    "BrindleCart",
    "A web shop for people with other things to do",
    "#37306B",
    (
        ("/features", "Features"),
        ("/pricing", "Pricing"),
        ("/find-a-shop", "Find a shop"),
        ("/support", "Support"),
        ("/privacy-policy", "Privacy"),
    ),
    "Shops we like",
    (
        ("The Left-Handed Drawer", "Scissors, rulers and tin openers for one tenth of mankind."),
        ("Moss &amp; Daughters", "Terrariums by post, guaranteed to arrive the right way up."),
        ("Only Ladders", "They sell ladders. They have sold ladders since 1954."),
        ("Paper Weather", "A barometer for each month of the year, folded by hand."),
        ("Second Kettle", "Repaired kettles with a history, and spare lids for yours."),
        ("The Button Exchange", "Send three buttons, receive three others."),
    ),
    "BrindleCart, Inc. &middot; Astoria, Oregon",
)

PELLWORTH = Site(
    "pellworth.example",
    "Pellworth Analytics",
    "Count visits, not people",
    "#0B6E63",
    (
        ("/product", "Product"),
        ("/customers", "Customers"),
        ("/docs", "Documentation"),
        ("/cookies", "Cookies"),
        ("/sign-in", "Sign in"),
    ),
    "Further reading",
    (
        ("What a museum learned from its 404 pages", "Half of them were asked for by the museum's own leaflets."),
        ("Sampling without regret", "When one visit in ten tells you enough, and when it does not."),
        ("Robots at the library door", "How we tell a reader from a crawler without looking at either for long."),
        ("The average reader does not exist", "Why our reports show quartiles."),
        ("Version 4, a year on", "What we lost when we stopped recognising people, and what we did not miss."),
    ),
    "Pellworth Analytics Ltd, registered in England and Wales",
    below="Printed on {when:%B %d, %Y}",
)

OSPREYHOST = Site(
    "www.ospreyhost.example",
    "OspreyHost",
    "Servers with somebody at home",
    "#243B55",
    (
        ("/shared/", "Shared hosting"),
        ("/servers/", "Servers"),
        ("/status/", "Status"),
        ("/support/", "Support"),
        ("/aup.html", "Acceptable use"),
    ),
    "Network news",
    (
        ("Maintenance on Sunday", "Router three will be replaced between two and four in the morning."),
        ("New mail filters", "Nine of ten junk messages no longer reach your mailbox."),
        ("More space", "All shared accounts now have twice the room at the same price."),
        ("Old software retired", "Version 4 of the script language will be switched off next spring."),
        ("A second line", "Our data center now has two carriers that share no duct."),
    ),
    "OspreyHost &middot; support day and night",
)

FERNWHARF = Site(
    "www.fernwharf.example",
    "Fernwharf Ferries",
    "Four islands, two boats, one timetable",
    "#14506E",
    (
        ("/timetable/", "Timetable"),
        ("/fares/", "Fares"),
        ("/boats/", "Our boats"),
        ("/help/", "Help"),
        ("/privacy.html", "Privacy Policy"),
        ("/terms.html", "Terms of Use"),
    ),
    "From the pier",
    (
        ("Winter sailings", "From November the last boat leaves at five, as long as there is light."),
        ("Bicycles", "Twelve of them fit on the foredeck. The thirteenth waits for the next boat."),
        ("A new engine", "The Marigold is back from the yard, and a good deal quieter."),
        ("Seals", "They lie on the skerry between the second and third island, mostly before noon."),
    ),
    "Fernwharf Ferries, The Pier, Fernwharf",
)
FERNWHARF_SINCE_2014 = (
    *FERNWHARF.nav[:4],
    ("/blog/privacy-on-board", "Privacy on board: our new cabins"),
    ("/legal/privacy", "Privacy"),
    ("/legal/terms", "Terms of service"),
)
