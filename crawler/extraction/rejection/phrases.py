"""What pages that are not the policy say of themselves, in the languages of the largest markets.

English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Japanese and Chinese; Korean, Russian and
Turkish where a phrase was at hand. Regular expressions against folded text (`evidence.fold`): lower case, straight
quotes, single spaces. They are asked of titles, headings and first lines, never of the running text of a policy.
"""

import re
from collections.abc import Sequence
from typing import Final


def told(phrase: re.Pattern[str], statements: Sequence[str]) -> str | None:
    """The first statement with the phrase, unless another one names a policy: then the phrase is part of that."""
    for position, statement in enumerate(statements):
        if phrase.search(statement):
            others = (*statements[:position], *statements[position + 1 :])
            return None if any(map(POLICY.search, others)) else statement
    return None


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


# A title with one of these names a policy: only the clearest evidence speaks against such a page.
POLICY: Final = _any(
    r"privacy|polic(?:y|ies)|terms|conditions|legal|cookies?\b|data protection|disclaimer|agreement|imprint|gdpr",
    r"datenschutz|nutzungsbedingungen|geschäftsbedingungen|\bagb\b|impressum|rechtliche",
    r"confidentialité|vie privée|mentions légales|protection des données|\bcg[uv]\b|politique",
    r"privacidad|protección de datos|términos|condiciones|aviso legal|política",
    r"riservatezza|informativa|condizioni|note legali|termini",
    r"privacidade|proteção de dados|condições|termos|política",
    r"privacybeleid|privacyverklaring|voorwaarden|cookiebeleid",
    r"prywatności|regulamin|warunki|polityka",
    r"プライバシー|個人情報|利用規約|ポリシー",
    r"隐私|隱私|条款|條款|个人信息|政策|协议",
    r"개인정보|이용약관|конфиденциальност|политика|соглашени|условия|gizlilik|kvkk|sözleşme|koşullar",
)

NOT_FOUND: Final = _any(
    r"\b(?:page|file|url|document|resource|content)\b.{0,40}\b(?:not|cannot|can't|couldn't|wasn't) (?:be )?found\b",
    r"^(?:error:? |oops!? |sorry,? )*(?:http )?(?:404[ :–—-]*)?not found\b",
    r"\b(?:could not|couldn't|can't|cannot|unable to) find (?:the|that|this|your|what)\b.{0,30}\b(?:page|for)\b",
    r"\bpage (?:(?:you (?:requested|want)|that|which|this) )?(?:does not|doesn't|no longer) exists?\b",
    r"\bpage .{0,40}(?:no longer|not|isn't) available\b|\bpage (?:is )?(?:unavailable|missing)\b|\bno such page\b",
    r"\bpage you(?: are|'re| were)? (?:looking for|requested|trying to)\b",
    r"\berror 404\b|\b404 error\b|\bhttp 404\b|^404\b|\b404$|\b404 [-–—|:] ",
    r"seite (?:wurde |konnte |ist )?(?:leider )?nicht (?:gefunden|vorhanden|verfügbar)|seite .{0,30}existiert nicht",
    r"page (?:est )?(?:introuvable|non trouvée|inexistante)",
    r"page .{0,40}(?:n'existe (?:pas|plus)|n'a pas été trouvée)",
    r"página no (?:encontrada|existe|disponible)|página .{0,40}no (?:existe|se (?:ha )?encontr)",
    r"no se ha encontrado la página",
    r"pagina non (?:trovata|disponibile|esiste)|pagina .{0,40}non (?:esiste|è stata trovata|è disponibile)",
    r"página não (?:encontrada|existe|disponível)|página .{0,40}não (?:existe|foi encontrada)",
    r"pagina (?:werd |is |kon )?niet (?:gevonden|worden gevonden|beschikbaar)|pagina .{0,30}bestaat niet",
    r"nie znaleziono strony|strona nie (?:istnieje|została znaleziona)|nie znaleziono szukanej",
    r"ページ(?:が|は)?(?:見つかり(?:ません|ませんでした)|見つからない|存在しません|ありません)|お探しのページ",
    r"(?:页面|頁面|网页|網頁)(?:未找到|不存在|找不到|无法找到)",
    r"(?:找不到|无法找到|未找到)(?:该|此|您)?.{0,12}(?:页面|頁面|网页|網頁)",
    r"페이지를 찾을 수 없|страница не (?:найдена|существует)|sayfa bulunamadı",
)

ERROR: Final = _any(
    r"^(?:\d{3} |error:? )*(?:internal server error|bad gateway|gateway time-?out)",
    r"^(?:\d{3} |error:? )*service (?:temporarily )?unavailable",
    r"\b(?:http )?(?:error )?50[0234] [-–—|:]? ?(?:internal|bad gateway|service|gateway)",
    r"^(?:server error|runtime error|application error|fatal error|parse error)\b|^server error in '/' application",
    r"error establishing a database connection|^(?:warning|fatal error): .{0,30}(?:mysql|include|require)",
    r"\b52\d: (?:web server|connection|a timeout|origin|ssl|invalid)|bandwidth limit exceeded|too many requests",
    r"^(?:something|oops,? something) went wrong|an? (?:unexpected|unknown|application) error (?:has )?occurred",
    r"(?:down|offline|unavailable|closed) for (?:scheduled |routine )?maintenance",
    r"(?:currently )?under maintenance",
    r"wartungsarbeiten|im wartungsmodus|en maintenance|en mantenimiento|in manutenzione|em manutenção",
    r"in onderhoud|prace serwisowe|przerwa techniczna|メンテナンス中|网站维护|系统维护|ein fehler ist aufgetreten",
    r"une erreur (?:est survenue|s'est produite)|ha ocurrido un error|si è verificato un errore|ocorreu um erro",
)

PLACEHOLDER: Final = _any(
    r"^index of /|^apache2? .{0,30}default page|^test page for|^welcome to nginx|^it works!?$|^iis windows server",
    r"^(?:web)?site under construction|^(?:this (?:web)?site is )?(?:coming|launching) soon|^under construction",
    r"account (?:has been )?suspended|(?:web)?site (?:has been )?suspended|default (?:web )?(?:site )?page$",
    r"^diese seite (?:ist|befindet sich) im aufbau|^site en construction|^sitio en construcción",
    r"^sito in costruzione",
)

CHALLENGE: Final = _any(
    r"^just a moment|^attention required|^access (?:to this page has been |has been )?denied|^please wait\b",
    r"checking (?:your browser|if the site connection)",
    r"verify(?:ing)? (?:that )?you(?:'re| are) (?:a |not a )?(?:human|robot)",
    r"confirm (?:that )?you(?:'re| are) (?:human|not a robot)|are you (?:a )?(?:human|robot)|robot or human",
    r"i'm not a robot",
    r"pardon our interruption|making sure you(?:'re| are) not a bot|human verification|security check(?:point)?\b",
    r"complete the (?:security check|captcha)|press (?:&|and) hold|you have been blocked|ddos.{0,12}protection",
    r"unusual (?:traffic|activity)|request unsuccessful|incapsula incident|the request could not be satisfied",
    r"^403 forbidden",
    r"^(?:error )?(?:\d{3,4}:? )?access denied|you don't have permission to access|request blocked",
    r"^one moment, please",
    r"errors\.edgesuite\.net",
    r"performing security verification|enable javascript and cookies to continue|bot verification",
    r"^(?:nur )?einen moment|(?:bestätigen sie, dass sie ein mensch|sicherheitsüberprüfung)|^zugriff verweigert",
    r"^un instant\b|vérifi(?:ez|er) que vous êtes (?:un )?humain|^accès refusé|vérification de sécurité",
    r"^un momento|verifi(?:ca|que) que (?:eres|usted es) (?:un )?(?:ser )?humano|^acceso denegado",
    r"verifica di essere (?:un )?uman|^accesso negato|^um momento|verifique se você é humano|^acesso negado",
    r"^een moment|controleer of u een mens bent|^toegang geweigerd|potwierdź, że jesteś człowiekiem|^odmowa dostępu",
    r"しばらくお待ちください|人間であることを確認|アクセスが拒否|请稍候|请稍等|人机验证|安全验证|访问被拒绝",
    r"사람인지 확인|잠시만 기다|проверка безопасности|доступ (?:запрещ|ограничен)|insan olduğunuzu doğrulayın",
)

MOVED: Final = _any(
    r"^(?:30[12378] )?(?:moved (?:permanently|temporarily)|(?:document|object) (?:has )?moved|30[1278]? ?redirect)\b",
    r"^302 found\b|^(?:you are being )?redirect(?:ed|ing)\b",
)

PARKED: Final = _any(
    r"\bdomain (?:name )?(?:is|may be|might be) (?:available )?for sale\b|\bbuy this domain\b",
    r"\bthis domain .{0,20}parked\b",
    r"\bis for sale\b.{0,20}\b(?:hugedomains|dan\.com|sedo|afternic|godaddy)|\bdomain (?:has )?expired\b",
    r"\bparked (?:free|domain|page)",
    r"\bthis domain (?:was |is |has been )?(?:recently )?registered (?:at|by|with)\b|\bdomain parking\b",
    r"\brenew (?:this|your) domain\b",
    r"domain steht zum verkauf|diese domain kaufen|domain ist (?:zu verkaufen|geparkt)|domaine est à vendre",
    r"domaine à vendre",
    r"dominio (?:está|esta) (?:en venta|a la venta)|comprar este dominio|dominio è in vendita",
    r"domínio (?:está )?à venda",
    r"domein(?:naam)? (?:is )?te koop|domena (?:jest )?na sprzedaż|このドメインは.{0,12}(?:販売|売り)",
    r"域名.{0,6}(?:出售|转让)",
)

LOG_IN: Final = _any(
    r"^(?:please )?(?:log|sign) ?-?in\b|\b(?:log|sign) ?-?in$|(?:log|sign) in (?:to|with|required)\b|^login\b",
    r"member log-?in",
    r"you (?:must|need to) (?:be logged in|log in|sign in)|^anmeld(?:en|ung)|^einloggen",
    r"^bitte (?:melden sie sich an|anmelden)",
    r"^(?:se )?connexion\b|^connectez-vous|^s'identifier|^iniciar sesión|^inicia sesión|^acceder\b|^accedi\b",
    r"^accesso\b",
    r"^entrar\b|^iniciar sessão|^fa(?:ça|zer) login|^inloggen|^aanmelden|^zaloguj|^logowanie",
    r"^ログイン|^サインイン|^登录|^登入|^로그인|^вход\b|^войти|^giriş yap",
)

CONSENT: Final = _any(
    r"before you continue|we value your privacy|your privacy (?:choices|matters)",
    r"(?:we|this (?:web)?site) uses? cookies",
    r"(?:is part of the|part of the) .{0,30}family of (?:brands|companies)",
    r"manage (?:cookie )?(?:consent|preferences)|cookie consent",
    r"bevor sie (?:fortfahren|zu .{0,20}weitergehen)",
    r"wir (?:schätzen ihre privatsphäre|verwenden cookies|nutzen cookies)",
    r"avant d'accéder|avant de continuer|nous respectons votre vie privée|nous utilisons des cookies",
    r"antes de (?:ir a|continuar)|valoramos su privacidad|(?:utilizamos|usamos|utilizza|usa) (?:os )?cookies?",
    r"prima di continuare|la tua privacy (?:è|ci) (?:importante|sta)|utilizziamo i cookie",
    r"valorizamos a sua privacidade",
    r"voordat je (?:verdergaat|naar)|wij (?:gebruiken cookies|waarderen uw privacy)|zanim przejdziesz",
    r"używamy plików cookie",
    r"cookieを使用|クッキーを使用|続行する前に|使用 ?cookie|在继续之前|쿠키를 사용",
    r"мы используем (?:файлы )?cookie|çerez",
)

ACCEPT: Final = _any(
    r"^(?:accept|allow|agree)(?: to)?(?: all)?(?: cookies)?(?: and (?:continue|close))?$",
    r"^(?:i )?(?:agree|accept|consent)$|^yes,? i agree$",
    r"^(?:alle|cookies) (?:cookies )?(?:akzeptieren|annehmen|zulassen|accepteren|toestaan)$",
    r"^(?:zustimmen|akzeptieren|akkoord)$",
    r"^(?:tout )?accepter(?: tout)?$|^j'accepte$|^aceptar(?: todo| todas| y continuar)?$|^accett[ao](?: tutt[io])?$",
    r"^aceitar(?: tud[oa]s?| todos)?$|^(?:zaakceptuj|akceptuj[eę]?)(?: wszystk(?:o|ie))?$|^zgadzam się$",
    r"^(?:すべて)?(?:同意|許可)(?:する|します)?$|^(?:全部)?(?:接受|同意)(?:全部|所有)?$|^모두 (?:동의|수락)$",
    r"^принять(?: все)?$|^tümünü kabul et$",
)

DECIDE: Final = _any(
    r"^(?:reject|decline|refuse|deny)(?: all)?(?: cookies)?$",
    r"^(?:manage|more|cookie|privacy) (?:options|settings|preferences|choices|cookies)$",
    r"^(?:alle )?ablehnen$|^(?:weitere )?(?:einstellungen|optionen)(?: verwalten)?$",
    r"^(?:tout )?refuser(?: tout)?$|^(?:gérer|personnaliser|paramétrer).{0,25}$",
    r"^rechazar(?: todo)?$|^rifiuta(?: tutt[io])?$|^(?:rejeitar|recusar)(?: tud[oa]s?| todos)?$",
    r"^(?:alles )?weigeren$|^odrzuć(?: wszystk(?:o|ie))?$",
    r"^(?:más|mais|altre|meer|więcej) (?:opciones|opções|opzioni|opties|opcji)$",
    r"^(?:configurar|gestionar|gestisci|instellingen|ustawienia).{0,25}$",
    r"^(?:すべて)?拒否(?:する)?$|^(?:全部)?拒绝(?:全部|所有)?$|^모두 거부$|^отклонить(?: все)?$|^tümünü reddet$",
)

CONSENT_TALK: Final = _any(
    r"cookie|consent|partner|accept|agree|reject|personali[sz]ed|advert|privacy|einwillig|akzept|consentement",
    r"consentimiento|consenso",
    r"toestemming|zgod[aęy]|publicit|werbung|publicidad|anúncio|reklam|同意|クッキー|广告|쿠키|файл|çerez",
)

NEEDS_SCRIPT: Final = _any(
    r"(?:enable|activate|turn on|requires?|without|need) .{0,40}java ?script",
    r"java ?script .{0,40}(?:enabled|disabled|required|turned|not supported)",
    r"java ?script .{0,60}(?:aktivier|deaktiviert|erforderlich|benötig|désactiv|activ|requis|habilit|necesari)",
    r"java ?script .{0,60}(?:abilita|disattiv|ativ|ingeschakeld|inschakelen|włącz|wyłącz)",
    r"(?:aktivieren|activer|activez|habilitar|habilite|active|abilita|attiva|ative|schakel|włącz) .{0,40}java ?script",
    r"java ?scriptを|(?:启用|啟用|开启) ?java ?script|java ?script(?:を| )?(?:有効|无效|被禁用)",
)

ARCHIVE: Final = _any(
    r"wayback machine (?:has not archived|doesn't have) that|this url has been excluded from the wayback machine",
    r"got an http \d{3} response at crawl time|org\.archive\.(?:wayback|util)\.|java\.net\.sockettimeoutexception",
    r"^blocked site error|the wayback machine is an initiative of|^page cannot be displayed due to robots\.txt",
    r"internet archive's? (?:wayback machine )?(?:services are|is) (?:temporarily )?(?:offline|unavailable)",
    r"^(?:internet archive )?wayback machine$",
)
