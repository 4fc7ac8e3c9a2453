# SPDX-License-Identifier: BSD-2-Clause
"""The head and the foot that all mail of one year has in common."""

DOTS = "." * 37       # above the footer, 2016-2022
HYPHENS = "-" * 40    # since 2023
CARD = "-" * 57       # between the people of a list

STIERLIN = ("\u00a9 %d LinkedIn Corporation, 2029 Stierlin Court, Mountain "
            "View CA 94043. LinkedIn and the LinkedIn logo are registered "
            "trademarks of LinkedIn.")
MAUDE = ("\u00a9 %d LinkedIn Corporation, 1\u200c000 West Maude Avenue, "
         "Sunnyvale, CA 94085. LinkedIn and the LinkedIn logo are registered "
         "trademarks of LinkedIn.")
IRELAND = ("\u00a9 %d LinkedIn Ireland Unlimited Company. LinkedIn is a "
           "registered business name of LinkedIn Ireland Unlimited Company.")

# What is sourced of each language; None: not known, so the bare link.
WORDS = {
    "en": ("This email was intended for %s", "Learn why we included this",
           "You are receiving %s emails.", "Unsubscribe", "Help"),
    "fr": ("Cet e-mail est destiné à %s",
           "Découvrez pourquoi nous précisons ceci",
           "Vous recevez des e-mails %s.", "Se désabonner", "Aide"),
    "pt": ("Este e-mail foi enviado a %s", "Saiba por que incluímos isso",
           "Você está recebendo e-mails de %s.", "Cancelar inscrição", None),
    "ru": ("Это сообщение адресовано участнику %s.", "Что это значит?",
           None, None, None),
}
UNKNOWN = (None, None, None, None, None)


def owner(n):
    """Whom the mail was meant for, as the footer says it."""
    return "%s (%s)" % (n.to.name, n.to.headline)


def line(label, url, lang):
    colon = "\u00a0: " if lang == "fr" else ": "
    return label + colon + url if label else url


def mark(n, page, link="header-0-profile_glimmer"):
    """The bar on top: the logo, and a link to the reader's own profile."""
    if page.full:
        page.picture("LinkedIn", n.url("comm/feed/", "header-1-home"),
                     "https://static.licdn.com/sample/logo.png")
    if n.to.name:
        page.anchor(n.to.name, n.profile(n.to, link))


def footer(n, page, subject):
    """subject: what the mail is about, as in "You are receiving X emails"."""
    intended, why, receiving, unsubscribe, help_ = WORDS.get(n.lang, UNKNOWN)
    copyright_ = (STIERLIN if n.year < 2021 else
                  IRELAND if n.lang != "en" else MAUDE) % n.year
    intended = intended and intended % owner(n)
    receiving = receiving and receiving % subject
    ways = [line(unsubscribe, n.unsubscribe, n.lang),
            line(help_, n.help, n.lang)]
    whys = [line(why, n.why, n.lang)]
    if n.year < 2023:
        intended = intended and intended.rstrip(".") + "."
        lines = [DOTS, "", ways[0], "", ways[1], "", "", receiving, "",
                 intended] + whys + ["", copyright_]
    else:
        lines = [HYPHENS, "", intended] + whys + [receiving, ""] + ways + [
            "", copyright_]
    n.text += [text for text in lines if text is not None]
    for text in (intended, receiving):
        if text:
            page.text(text)
    links = ((unsubscribe, n.unsubscribe), (why, n.why), (help_, n.help))
    for label, url in links if page.full else links[:1]:
        page.anchor(label or "LinkedIn", url)
    page.text(copyright_)


def footer_2015(n, page, subject, guest=None):
    """Before there was a rule above it; guest: the sentence in his stead."""
    receiving = guest or "You are receiving %s emails." % subject
    copyright_ = STIERLIN % n.year
    n.text += [receiving + " Unsubscribe here: " + n.unsubscribe, ""]
    page.text(receiving)
    page.anchor("Unsubscribe", n.unsubscribe)
    if n.to.name:
        meant = "This email was intended for %s." % owner(n)
        n.text += [meant + " Learn why we included this at the following "
                   "link: " + n.why, ""]
        page.text(meant)
        page.anchor("Learn why we included this.", n.why)
    else:
        meant = "This email was sent to %s." % n.to.address
        n.text += [meant, "", "If you need assistance or have questions, "
                   "please contact LinkedIn Customer Service: " + n.service(
                       "a=customerServiceUrl"), ""]
        page.text(meant)
    n.text.append(copyright_)
    page.text(copyright_)
