"""The readers of the demo list: invented people with true kinds of names, all at example.test, which nobody owns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reader:
    """`name` is given names, then "|", then the family name (if any)."""

    name: str
    mailbox: str
    language: str = "en"
    city: str = ""

    @property
    def first_name(self) -> str:
        return self.name.partition("|")[0]

    @property
    def last_name(self) -> str:
        return self.name.partition("|")[2]

    @property
    def email(self) -> str:
        return f"{self.mailbox}@example.test"


CONFIRMED = (
    Reader("Amara|Okafor", "amara", city="Portland"),
    Reader("Jonas|Lindqvist", "jonas.lindqvist", city="Bangor"),
    Reader("Mei-Ling|Chen", "meiling.chen", city="Boston"),
    Reader("Mateo|Fernández Ruiz", "mateo.fernandez", "es", "Albany"),
    Reader("Siobhán|O’Sullivan", "siobhan.osullivan", city="Portland"),
    Reader("Kwame|Mensah", "kwame.mensah", city="Providence"),
    Reader("Aaliyah|Robinson", "aaliyah.r", city="Hartford"),
    Reader("Tomasz|Wójcik", "tomasz.wojcik", city="Boston"),
    Reader("Noor|Haddad", "noor.haddad", "ar", "Concord"),
    Reader("Priya|Raghunathan", "priya.raghunathan", city="Cambridge"),
    Reader("Élodie|Marchand", "elodie.marchand", "fr", "Burlington"),
    Reader("Haruto|Nakamura", "haruto.nakamura", city="Salem"),
    Reader("Ingrid|Bjørnstad", "ingrid.bjornstad", city="Augusta"),
    Reader("Dimitra|Papadopoulou", "dimitra.p", city="Lowell"),
    Reader("Samuel|Adeyemi", "samuel.adeyemi", city="Nashua"),
    Reader("Lena|Hoffmann", "lena.hoffmann", "de", "Portland"),
    Reader("Wanjiru|Kamau", "wanjiru.kamau", city="Worcester"),
    Reader("João|Carvalho", "joao.carvalho", city="New Bedford"),
    Reader("Yael|Ben-David", "yael.bendavid", city="Brookline"),
    Reader("Nguyễn Thị|Hương", "huong.nguyen", city="Dorchester"),
    Reader("Aleksandra|Petrović", "aleksandra.petrovic", city="Springfield"),
    Reader("Kaʻiulani|Kealoha", "kaiulani.k", city="Newport"),
    Reader("Rania|El-Masri", "rania.elmasri", city="Quincy"),
    Reader("Björk", "bjork", city="Rockland"),
    Reader("William|Two Rivers", "william.tworivers", city="Bar Harbor"),
)
UNCONFIRMED = (
    Reader("Zoltán|Kovács", "zoltan.kovacs"),
    Reader("Chidi|Nwosu", "chidi.nwosu"),
    Reader("Maren|Schäfer", "maren.schaefer", "de"),
)
UNSUBSCRIBED = (
    Reader("Olga|Sokolova", "olga.sokolova"),
    Reader("Emeka|Obi", "emeka.obi"),
)
SUPPRESSED = (
    Reader("Giulia|Conti", "giulia.conti"),
    Reader("Park|Ji-woo", "jiwoo.park"),
)
