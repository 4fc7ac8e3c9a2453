# SPDX-License-Identifier: BSD-2-Clause
"""Everybody who occurs in the samples.  Nobody here exists.

Whoever writes has a name that reads as made up, or the one that his language
uses for no one in particular (Fulano, Mustermann, Zhang San); companies are
examples by name; addresses are on domains reserved by RFC 2606.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    name: str
    headline: str = ""
    place: str = ""
    slug: str = ""      # of the profile's address
    address: str = ""
    given: str = ""     # where it is not the first word of the name

    @property
    def first(self):
        return self.given or self.name.split()[0]


# Whom the mail is for; the last two have no account.
ALICE = Person("Alice Sampleton", "Head of Widget Design at Example Widgets",
               "", "alice-sampleton-0a0a0a", "alice@example.net")
BOB = Person("Bob Sampleton", "Night Watchman at Museum of Specimens",
             "", "bob-sampleton-0b0b0b", "bob@example.net")
CAROL = Person("Carol Specimen", "Librarian", "", "carol-specimen-0c0c0c",
               "carol@example.com")
ERIN = Person("", address="erin@example.net", given="Erin")
DAVE = Person("", address="dave@example.com", given="Dave")

# Who writes.
BARNABY = Person("Barnaby Quillfeather", "Managing Director",
                 "Greater Exampleton Area", "barnaby-quillfeather-1a2b3c",
                 "barnaby@example.org")
TANSY = Person("Tansy Muddlecombe", "Kite Tester at Example Widgets",
               "Muddlecombe, Exampleshire", "tansy-muddlecombe-77e001",
               "tansy.muddlecombe@example.org")
OTTOLINE = Person("Ottoline Wickerbasket", "Beekeeper at Sample & Daughters",
                  "Sampleford Area", "ottolinewickerbasket",
                  "ottoline@example.org")
SEPTIMUS = Person("Septimus Cabbagestalk",
                  "Chief Pudding Officer and Keeper of the Spoon at "
                  "Cabbagestalk Puddings",
                  "Lower Specimen, Exampleshire",
                  "septimus-cabbagestalk-90210f", "septimus@example.org")
EUPHEMIA = Person("Euphemia Brackenspoon", "Lighthouse Accountant",
                  "Cape Placeholder", "euphemia-brackenspoon",
                  "euphemia@example.org")
HORATIO = Person("Horatio Pebblemarch", "Student at University of Nowhere",
                 "Nowhere", "horatio-pebblemarch-4d5e6f",
                 "horatio@example.org")
LAVINIA = Person("Lavinia Puddlethorpe",
                 "Senior Technical Recruiter at Example Talent Partners",
                 "Puddlethorpe-on-Sea", "lavinia-puddlethorpe-recruits")
CORNELIUS = Person("Cornelius Teaspoonby", "Clock Whisperer at Tick & Example",
                   "Teaspoonby", "cornelius-teaspoonby-3c3c3c",
                   "cornelius@example.org")
LEOPOLD = Person("Leopold Mangelwurzel", "Root Vegetable Strategist",
                 "Upper Sample", "leopold-mangelwurzel-b00b1e")
PHILOMENA = Person("Philomena Dustbunny", "Attic Curator at Dustbunny Estates",
                   "Exampleton", "philomena-dustbunny-1d1d1d")

# In other languages and scripts.
CAMILLE = Person("Camille Untel", "Dresseuse de nuages", "Modèleville",
                 "camille-untel-f0f0f0", "camille@example.org")
FULANA = Person("Fulana de Tal", "Probadora de molinos", "Villa Ejemplo",
                "fulana-de-tal-e5e5e5")
BELTRANA = Person("Beltrana Sicrano", "Domadora de planilhas",
                  "Cidade Modelo", "beltrana-sicrano-b2b2b2")
TIZIO = Person("Tizio Sempronio", "Collaudatore di gondole", "Esempiopoli",
               "tizio-sempronio-1717aa", "tizio@example.org")
ERIKA = Person("Erika Mustermann", "Wolkenvermesserin", "Musterstadt",
               "erika-mustermann-d0d0d0", "erika@example.org")
PRIMER = Person("Василиса Примерова", "Испытатель самоваров", "Образцовск",
                "vasilisa-primerova-abcabc")
CONTOH = Person("Polan Contohwati", "Penguji layang-layang", "Kota Contoh",
                "polan-contohwati-1d2d3d")
ZHANG = Person("张三", "示例公司 产品经理", "示例市", "zhang-san-333333",
               given="三")
GILDONG = Person("홍길동", "예시회사 연 시험원", "예시시", "hong-gildong-909090",
                 given="길동")
