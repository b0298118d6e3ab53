"""Texts of the invented sites: policies in some languages, and pages that speak of policies and are none."""

Text = tuple[str, str, str]
"""A title, a language and paragraphs, with {name} for the vendor."""

PRIVACY_EN = """This privacy policy explains what personal information {name} collects when you visit our website or
buy from us, how we use it, and what choices you have. By using our services you agree to this policy.

Information we collect. When you place an order or open an account we collect your name, postal address, e-mail
address, telephone number and payment details. Our servers also record your IP address, the type of your browser and
the pages that you visit. We use cookies to remember your basket and to understand how our site is used.

How we use your information. We use your personal data to process your orders, to answer your questions, to prevent
fraud, and, where you have agreed, to send you our newsletter. We do not sell or rent your personal information to
third parties for their marketing purposes.

Disclosure to third parties. We share personal information with service providers who process payments and deliver
parcels on our behalf, and where the law requires us to do so. They may use it only for that purpose and must keep
it confidential.

Security and retention. We protect your data by encryption and by restricting access to it. We keep your order for
as long as tax law requires and then delete it.

Your rights. You may ask us for access to the personal information that we hold about you, and have it corrected or
deleted. You may withdraw your consent at any time. Please contact our data protection officer at privacy@{domain}.

Changes to this policy. We may update this privacy policy from time to time. We will post the new version on this
page with the date on which it takes effect."""

TERMS_EN = """These terms of service are a legal agreement between you and {name}. Please read them carefully before
you use our website and our services. If you do not agree to these terms, you may not use the services.

Your account. You must be at least eighteen years old to open an account. You are responsible for keeping your
password secret and for all activities that take place under your account.

Acceptable use. You agree not to misuse the services, not to interfere with their operation, and not to use them for
any unlawful purpose. We may suspend or terminate your access if you breach these terms.

Fees and payment. Prices are shown including tax. Payment is due when you place an order. We may change our prices,
and will tell you thirty days in advance.

Intellectual property. All content on the site is owned by {name} or its licensors. We grant you a limited, non-
exclusive, non-transferable licence to use it for your own purposes.

Disclaimer of warranties. The services are provided "as is" and without warranties of any kind, to the fullest
extent permitted by law.

Limitation of liability. In no event shall {name} be liable for any indirect, incidental or consequential damages
arising out of your use of the services.

Governing law. These terms are governed by the laws of England and Wales, and the courts of London have exclusive
jurisdiction. We may modify these terms at any time by posting the revised version here."""

COOKIES_EN = """This cookie policy explains how {name} uses cookies and similar technologies on its websites.

What cookies are. Cookies are small text files that a website stores on your device. They let it recognise your
browser when you come back.

Which cookies we use. We use strictly necessary cookies, without which our site does not work: they keep your
session and your basket. We use analytics cookies to count visitors and to see which pages they read. We use
advertising cookies of our partners to show you advertisements that match your interests. Session cookies are
deleted when you close your browser; persistent cookies stay for up to thirteen months.

How to control cookies. You can accept or refuse cookies in our cookie settings, and you can delete or block them in
the settings of your browser. If you block strictly necessary cookies, parts of our site will not work.

Third party cookies. Some cookies are set by third parties, whose own policies apply to them. We have no control
over these cookies. We may update this cookie policy; the latest version is always on this page. If you have
questions about our use of cookies, please contact us at privacy@{domain}."""

PRIVACY_DE = """Diese Datenschutzerklärung informiert Sie darüber, welche personenbezogenen Daten {name} bei Ihrem
Besuch unserer Website erhebt und wie wir sie verarbeiten. Verantwortlicher im Sinne der Datenschutz-Grundverordnung
ist {name}.

Erhebung und Verarbeitung. Wenn Sie bei uns bestellen, erheben wir Ihren Namen, Ihre Anschrift, Ihre E-Mail-Adresse
und Ihre Zahlungsdaten. Rechtsgrundlage ist Artikel 6 Absatz 1 Buchstabe b DSGVO. Beim Aufruf unserer Seiten
speichert unser Server Ihre IP-Adresse, den Browsertyp und den Zeitpunkt des Zugriffs in Logdateien.

Cookies. Unsere Website verwendet Cookies, um Ihren Warenkorb zu speichern und die Nutzung der Seiten auszuwerten.
Sie können das Setzen von Cookies in den Einstellungen Ihres Browsers verhindern.

Weitergabe an Dritte. Wir geben Ihre personenbezogenen Daten nur an Dienstleister weiter, die für uns Zahlungen
abwickeln oder Pakete zustellen, und soweit wir gesetzlich dazu verpflichtet sind.

Ihre Rechte. Sie haben das Recht auf Auskunft, Berichtigung, Löschung und Einschränkung der Verarbeitung Ihrer Daten
sowie das Recht auf Datenübertragbarkeit. Eine erteilte Einwilligung können Sie jederzeit widerrufen. Außerdem
können Sie sich bei einer Aufsichtsbehörde beschweren. Unseren Datenschutzbeauftragten erreichen Sie unter
datenschutz@{domain}.

Wir behalten uns vor, diese Datenschutzerklärung anzupassen."""

TERMS_DE = """Diese Allgemeinen Geschäftsbedingungen gelten für alle Verträge zwischen {name} und ihren Kunden über
die Website. Abweichende Bedingungen des Kunden werden nicht anerkannt.

Vertragsschluss. Die Darstellung der Produkte im Online-Shop ist kein rechtlich bindendes Angebot. Durch Anklicken
des Bestellbuttons geben Sie eine verbindliche Bestellung ab. Der Vertrag kommt mit unserer Auftragsbestätigung
zustande.

Preise und Zahlung. Alle Preise enthalten die gesetzliche Mehrwertsteuer. Der Kaufpreis ist sofort fällig. Bis zur
vollständigen Bezahlung bleibt die Ware unser Eigentum.

Widerrufsrecht. Verbraucher haben das Recht, binnen vierzehn Tagen ohne Angabe von Gründen den Vertrag zu
widerrufen.

Gewährleistung und Haftung. Es gelten die gesetzlichen Gewährleistungsrechte. Wir haften unbeschränkt für Vorsatz
und grobe Fahrlässigkeit; im Übrigen ist unsere Haftung auf den vorhersehbaren Schaden beschränkt.

Schlussbestimmungen. Es gilt das Recht der Bundesrepublik Deutschland unter Ausschluss des UN-Kaufrechts.
Gerichtsstand ist Hamburg, soweit der Kunde Kaufmann ist. Sollten einzelne Bestimmungen unwirksam sein, bleiben die
übrigen wirksam."""

PRIVACY_FR = """La présente politique de confidentialité explique quelles données personnelles {name} collecte lorsque
vous visitez notre site, comment nous les utilisons et quels sont vos droits.

Données collectées. Lorsque vous passez une commande, nous collectons votre nom, votre adresse, votre adresse
électronique et vos données de paiement. Nos serveurs enregistrent aussi votre adresse IP et les pages consultées.

Finalités du traitement. Nous utilisons vos données à caractère personnel pour traiter vos commandes, répondre à vos
questions et, si vous y avez consenti, vous envoyer notre lettre d'information. Nous ne vendons pas vos données.

Destinataires. Vos données sont communiquées à nos prestataires de paiement et de livraison, qui ne peuvent les
utiliser à d'autres fins, et aux autorités lorsque la loi l'exige.

Cookies. Notre site utilise des cookies pour mémoriser votre panier et mesurer l'audience. Vous pouvez les refuser
dans les réglages de votre navigateur.

Vos droits. Conformément au règlement général sur la protection des données, vous disposez d'un droit d'accès, de
rectification, d'effacement et d'opposition. Vous pouvez retirer votre consentement à tout moment et introduire une
réclamation auprès de la CNIL. Pour exercer vos droits, écrivez à confidentialite@{domain}. Nous pouvons modifier
cette politique de confidentialité à tout moment."""

TERMS_FR = """Les présentes conditions générales d'utilisation régissent l'accès au site et aux services de {name}. En
utilisant le site, vous acceptez ces conditions sans réserve.

Compte. Vous devez être majeur pour créer un compte. Vous êtes responsable de la confidentialité de votre mot de
passe et de toute utilisation de votre compte.

Utilisation des services. Vous vous engagez à ne pas porter atteinte au fonctionnement du site et à ne pas
l'utiliser à des fins illicites. Nous pouvons suspendre ou résilier votre accès en cas de manquement aux présentes
conditions.

Propriété intellectuelle. L'ensemble des contenus du site est la propriété de {name} ou de ses concédants. Toute
reproduction sans autorisation est interdite.

Responsabilité. Le site est fourni en l'état, sans garantie d'aucune sorte. {name} ne saurait être tenue responsable
des dommages indirects résultant de l'utilisation du site.

Modification et droit applicable. Nous pouvons modifier les présentes conditions à tout moment. Elles sont soumises
au droit français, et tout litige relève des tribunaux de Paris."""

PRIVACY_ES = """Esta política de privacidad explica qué datos personales recoge {name} cuando usted visita nuestro
sitio web, cómo los utilizamos y qué derechos tiene.

Datos que recogemos. Cuando usted hace un pedido, recogemos su nombre, su dirección, su correo electrónico y sus
datos de pago. Nuestros servidores registran también su dirección IP y las páginas que visita.

Finalidad del tratamiento. Utilizamos sus datos personales para tramitar sus pedidos, responder a sus consultas y,
si ha dado su consentimiento, enviarle nuestro boletín. No vendemos sus datos a terceros.

Destinatarios. Comunicamos sus datos a los proveedores que gestionan los pagos y las entregas por nuestra cuenta, y
a las autoridades cuando la ley lo exige.

Cookies. Nuestro sitio utiliza cookies para recordar su cesta y medir las visitas. Puede rechazarlas en la
configuración de su navegador.

Sus derechos. De acuerdo con el Reglamento General de Protección de Datos, usted puede ejercer los derechos de
acceso, rectificación, supresión y oposición, retirar su consentimiento en cualquier momento y presentar una
reclamación ante la Agencia Española de Protección de Datos. Escríbanos a privacidad@{domain}. Podemos modificar
esta política de privacidad cuando sea necesario."""

# What a British subsidiary says differs from what the American one does in nearly all of it.
PRIVACY_US = """Your California privacy rights and the way {name}, Inc. handles personal information of residents of
the United States are described in this privacy notice, which forms part of our agreement with you.

Categories collected. In the past twelve months we have collected identifiers such as names and e-mail addresses,
commercial information about purchases, Internet activity such as browsing history, and geolocation data. We obtain
them directly from consumers, from their devices and from advertising partners.

Business purposes. Personal information is used to fulfil purchases, debug our software, detect security incidents
and perform advertising services. We disclose each category to payment processors, carriers and affiliates.

Sale and sharing. We do not knowingly sell personal information of consumers under sixteen. Residents of California
may opt out of the sharing of their information for cross-context behavioral advertising by clicking Do Not Sell or
Share My Personal Information.

Your choices. California law gives consumers the right to know, to delete, to correct and to limit the use of
sensitive personal information, and not to be discriminated against for exercising these rights. You may submit a
verifiable consumer request by calling our toll-free number or writing to privacy@{domain}.

Children. Our services are not directed to children under thirteen, and we do not knowingly collect information from
them as described in the Children's Online Privacy Protection Act. We revise this notice annually."""

BLOG = """Last week our team sat down to talk about privacy on the web, and why so many people never read what they
agree to. A study from Carnegie Mellon found that it would take an average person seventy-six working days a year to
read every privacy policy that he or she comes across.

So what can a small shop do? We asked three designers. Anna says: write short sentences. Ben thinks pictures help.
Carla, who runs a bakery in Leeds, told us that her customers only ever asked one question: will you ring me on a
Sunday?

Tell us what you think in the comments below! Next week we look at the best cameras for beginners, and there will be
pictures of our trip to the fair in Cologne. Posted by Tom in News. 12 comments. Share this post on Facebook, or
follow us on Twitter for more stories like this one."""

GUIDE = """How do you write a privacy policy for your own website? In this guide we walk you through seven steps that
any small business can follow, with examples from real companies.

Step 1: make a list. Write down which data your website collects from its visitors. Most owners forget the contact
form. Step 2: ask why. For each item on the list, note what you need it for. If you cannot think of a reason, stop
collecting it. Step 3: look at your plugins. Many of them send data to other companies without telling you.

Step 4: choose a generator or a lawyer. Generators are cheap, lawyers know your country. Step 5: put the link in the
footer, where people expect it. Step 6: tell your customers when it changes. Step 7: put a date in your calendar and
read it again every year.

Did this guide help you? Download our free checklist, or book a course with one of our trainers. Readers who liked
this article also liked: how to choose a domain name, ten mistakes of new shop owners, and what is a cookie anyway?"""

JOB = """{name} is looking for a Privacy Counsel to join our growing legal team in Manchester, full time, starting as
soon as possible.

What you will do: advise our product teams on privacy by design, review contracts with suppliers, train colleagues,
and be the first contact of our regulators. You will report to the General Counsel.

What you bring: a law degree, at least four years of experience in a law firm or in-house, a certificate such as
CIPP/E, and a sense of humour. Knowledge of German is a plus.

What we offer: a competitive salary, twenty-eight days of holiday, a pension scheme, a bicycle, and fruit on
Mondays. Apply now with your CV and a cover letter before the end of the month. We are an equal opportunity employer
and welcome applications from everybody. Interviews will be held in the second week of March."""

SETTINGS = """Where do I find my privacy settings? Sign in, click on your picture in the corner and choose Settings.
On the tab named Privacy you can choose who sees your wish list, whether friends find you by your telephone number,
and which messages you get.

How do I block somebody? Open the profile and click Block. How do I delete my search history? Open History and click
Clear. Was this article helpful? Yes. No. Related articles: changing your password, signing in with two steps, why
was my message not sent? Still need help? Our support team answers from Monday to Friday, nine to five."""

ABOUT = """{name} has made tools for kitchens since 1987. What began in a shed behind the railway station is now a
workshop of forty people, who still test each knife by hand. Come and see us in spring, when the doors stand open and
there is soup for everybody."""

PARKED = "{domain} is for sale. Related searches: cheap flights, car insurance, online degrees. Buy this domain."
SOFT_404 = "Page not found. Sorry, the page that you are looking for does not exist any more. Go back to our home page."

POLICIES: dict[tuple[str, str], Text] = {
    ("Privacy Policy", "en"): ("Privacy Policy", "en", PRIVACY_EN),
    ("Privacy Policy", "en-US"): ("Privacy Notice", "en", PRIVACY_US),
    ("Privacy Policy", "de"): ("Datenschutzerklärung", "de", PRIVACY_DE),
    ("Privacy Policy", "fr"): ("Politique de confidentialité", "fr", PRIVACY_FR),
    ("Privacy Policy", "es"): ("Política de privacidad", "es", PRIVACY_ES),
    ("Terms of Service", "en"): ("Terms of Service", "en", TERMS_EN),
    ("Terms of Service", "de"): ("Allgemeine Geschäftsbedingungen", "de", TERMS_DE),
    ("Terms of Service", "fr"): ("Conditions générales d'utilisation", "fr", TERMS_FR),
    ("Trackers Policy", "en"): ("Cookie Policy", "en", COOKIES_EN),
}
OTHERS = {
    "blog": ("Why nobody reads privacy policies", BLOG),
    "guide": ("How to write a privacy policy", GUIDE),
    "job": ("Privacy Counsel (m/f)", JOB),
    "settings": ("Privacy settings", SETTINGS),
    "about": ("About us", ABOUT),
    "parked": ("{domain}", PARKED),
    "soft 404": ("Page not found", SOFT_404),
}
