"""A site under maintenance is no policy, in any of the largest languages; a policy that speaks of maintenance is one."""
# ruff: noqa: E501

import pytest

from crawler.extraction.extract import CapturedResponse, extract
from crawler.model import Document, Part, Rejection

# Title, heading, and the rest of pages of 30 to 120 words, invented.
PAGES = {
    "en": (
        "Orme Works",
        "We'll be back soon",
        "Our site is currently undergoing scheduled maintenance. The workshop is open as usual, and you can order by telephone from Monday to Friday between nine and five. Orders that you have placed are not affected. We are sorry for the trouble and thank you for your patience.",
    ),
    "en-2": (
        "Orme - Maintenance mode",
        "Orme",
        "Hello. The page that you asked for cannot be shown at the moment because we are moving it to a new home. Please try again in an hour or two. If it is urgent, write to post@orme.example and somebody will call you back during the day.",
    ),
    "en-3": (
        "Orme",
        "Sorry about that",
        "We are performing some essential maintenance. Search and basket are closed until tomorrow morning. You still can reach us by telephone and by mail, and all parcels that are on their way arrive as planned. Thank you for bearing with us, the Orme team.",
    ),
    "fr": (
        "Orme",
        "Site en cours de maintenance",
        "Afin de mieux vous servir, nos équipes travaillent sur le site. Les services suivants restent disponibles : recherche, inscription et suivi des colis. Nous vous prions de nous excuser pour la gêne occasionnée et vous remercions de votre patience. À très bientôt sur notre site.",
    ),
    "fr-2": (
        "Orme - Accueil",
        "Le site est momentanément indisponible",
        "Une opération de maintenance est en cours jusqu’à demain matin. Vous pouvez nous joindre par téléphone du lundi au vendredi. Les commandes déjà passées ne sont pas touchées. Merci de votre compréhension, toute l’équipe de l’atelier Orme.",
    ),
    "de": (
        "Orme",
        "Wartungsarbeiten",
        "Unser Laden im Netz wird heute umgebaut. Die Werkstatt hat wie gewohnt geöffnet, und Sie erreichen uns von Montag bis Freitag am Telefon. Bestellungen, die Sie schon aufgegeben haben, sind davon nicht berührt. Wir bitten um Verständnis und danken für Ihre Geduld.",
    ),
    "de-2": (
        "Orme",
        "Gleich geht es weiter",
        "Unser Shop wird gerade gewartet. Bitte versuchen Sie es in einer Stunde noch einmal. Wenn es eilt, rufen Sie uns an oder schreiben Sie uns; wir melden uns noch am selben Tag. Alle Pakete kommen wie geplant bei Ihnen an. Ihre Werkstatt Orme.",
    ),
    "es": (
        "Orme",
        "Sitio en mantenimiento",
        "Estamos mejorando nuestra tienda para atenderle mejor. El taller sigue abierto como siempre y puede llamarnos de lunes a viernes. Los pedidos que ya ha hecho no se ven afectados. Disculpe las molestias y gracias por su paciencia. El equipo de Orme.",
    ),
    "es-2": (
        "Orme",
        "Volvemos pronto",
        "Estamos realizando tareas de mantenimiento. Por favor, inténtelo de nuevo dentro de una hora. Si es urgente, escríbanos a la dirección de siempre y le contestaremos hoy mismo. Todos los paquetes llegarán como estaba previsto. Gracias por su comprensión.",
    ),
    "it": (
        "Orme",
        "Manutenzione in corso",
        "Stiamo migliorando il nostro negozio per servirvi meglio. La bottega resta aperta come sempre e potete chiamarci dal lunedì al venerdì. Gli ordini già fatti non sono toccati. Ci scusiamo per il disagio e vi ringraziamo per la pazienza. La squadra di Orme.",
    ),
    "it-2": (
        "Orme",
        "Torniamo subito",
        "Il sito è temporaneamente non disponibile. Vi preghiamo di riprovare tra un’ora. Se è urgente, scriveteci al solito indirizzo e vi risponderemo in giornata. Tutti i pacchi arriveranno come previsto. Grazie per la comprensione, la bottega Orme.",
    ),
    "pt": (
        "Orme",
        "Site em manutenção",
        "Estamos a melhorar a nossa loja para o servir melhor. A oficina continua aberta como sempre e pode telefonar-nos de segunda a sexta. As encomendas já feitas não são afetadas. Pedimos desculpa pelo incómodo e agradecemos a sua paciência. A equipa da Orme.",
    ),
    "pt-2": (
        "Orme",
        "Voltamos já",
        "O site está temporariamente indisponível. Por favor, tente de novo dentro de uma hora. Se for urgente, escreva-nos para o endereço habitual e responderemos ainda hoje. Todos os pacotes chegam como previsto. Obrigado pela compreensão, a oficina Orme.",
    ),
    "nl": (
        "Orme",
        "Onderhoud aan onze website",
        "Wij verbeteren onze winkel om u beter van dienst te zijn. De werkplaats is gewoon open en u kunt ons van maandag tot vrijdag bellen. Bestellingen die u al hebt gedaan lopen gewoon door. Onze excuses voor het ongemak en dank voor uw geduld. Het team van Orme.",
    ),
    "nl-2": (
        "Orme",
        "Zo weer terug",
        "Onze website is tijdelijk niet bereikbaar. Probeer het over een uur nog eens. Is het dringend, schrijf ons dan op het bekende adres en wij antwoorden vandaag nog. Alle pakketten komen aan zoals gepland. Dank voor uw begrip, werkplaats Orme.",
    ),
    "pl": (
        "Orme",
        "Przerwa techniczna",
        "Ulepszamy nasz sklep, aby lepiej Państwu służyć. Warsztat jest otwarty jak zwykle i można do nas dzwonić od poniedziałku do piątku. Złożone już zamówienia nie są tym objęte. Przepraszamy za kłopot i dziękujemy za cierpliwość. Zespół Orme.",
    ),
    "pl-2": (
        "Orme",
        "Zaraz wracamy",
        "Trwają prace konserwacyjne. Prosimy spróbować ponownie za godzinę. W pilnych sprawach prosimy pisać na znany adres, odpowiemy jeszcze dzisiaj. Wszystkie paczki dotrą zgodnie z planem. Dziękujemy za wyrozumiałość, warsztat Orme.",
    ),
}

# Short policies that speak of maintenance, in their first lines too.
POLICIES = {
    "en": ("Orme - Terms of use", "Terms of use", "The service may be unavailable for maintenance. We tell you a week before. We carry out maintenance at night, and while our site is undergoing maintenance your data is kept as it is. You may ask for a refund if the site is down for more than a day. We keep records of each interruption for a year."),
    "en-2": ("Maintenance - Orme", "Maintenance", "Maintenance of the lamps is part of the contract. Our workshop keeps a record of each lamp with the name of its owner for eighteen months. The record is not given to anybody else. After that time a clerk removes it, and no copy of it stays in the house or with the carriers that work for us."),
    "fr": ("Orme", "Conditions de maintenance", "Le contrat de maintenance couvre les lampes vendues par l’atelier. Pendant une opération de maintenance, vos données restent à l’atelier. Nous les gardons dix-huit mois, puis un commis les efface. Elles ne sont données à personne d’autre, et aucune copie ne reste chez les transporteurs."),
    "de": ("Orme", "Wartung und Daten", "Zur Wartung Ihrer Lampe speichern wir Ihren Namen und Ihre Anschrift. Nach achtzehn Monaten werden sie gelöscht. Niemand sonst bekommt sie zu sehen. Wenn Sie uns schreiben, sagen wir Ihnen gern, was wir über Sie und Ihre Lampen gespeichert haben, und löschen es auf Wunsch sofort."),
    "pl": ("Orme", "Regulamin", "Serwis może mieć przerwy na prace konserwacyjne. Dane zamawiającego przechowujemy przez osiemnaście miesięcy, a potem je usuwamy. Nie przekazujemy ich nikomu innemu. Na prośbę zamawiającego powiemy, co o nim przechowujemy, i usuniemy to od razu."),
}  # fmt: skip


def outcome(title, heading, text):
    sentences = text.split(". ", 1)
    page = (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><header><a href='/'>Orme</a></header><main>"
        f"<h1>{heading}</h1><p>{sentences[0]}.</p><p>{sentences[1]}</p></main><footer>© Orme</footer></body></html>"
    )
    response = CapturedResponse(page.encode(), "https://orme.example/privacy", 200, {"content-type": "text/html"})
    return extract(response, Part(), str)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_maintenance_is_rejected_as_one(name):
    found = outcome(*PAGES[name])
    assert isinstance(found, Rejection)
    assert found.reason == "error page"


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_that_speaks_of_maintenance_is_a_document(name):
    assert isinstance(outcome(*POLICIES[name]), Document)
