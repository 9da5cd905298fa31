"""These are things that models invent, and the ways they put them; of each the second half was kept apart while the
checker was made. "~" stands for what is invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vopt_lib.schema.listing_text import TextLanguage

BRANDS: Final = (
    "Gucci", "Prada", "Nike", "Zara", "Moncler", "Loewe", "Celine", "Jil Sander", "Isabel Marant", "Sandro",
    "Zorvalli", "Brenova", "Tessaluna", "Velmonde", "Casa Brunelli", "Kaltmoor", "Pineforge", "Hartwell & Rye",
    "Mirvane", "Aldesco", "Nordhavn", "QLVR",
    # kept apart
    "Chanel", "adidas", "Levi's", "Bershka", "Acne Studios", "Ganni", "Off-White", "Maje", "Bottega Veneta",
    "Arc'teryx",
    "Sorvenna", "Ostrello", "Lumaire", "Vantoria", "Atelier Corvaux", "Blomvik", "Thornbury", "Kessel & Brandt",
    "Ardenzi", "Ravello Nove", "Yumiko", "MRKT",
)  # fmt: skip

KNOWN_BRANDS: Final = (
    "Gucci",
    "Prada",
    "Nike",
    "Zara",
    "Moncler",
    "Chanel",
    "adidas",
    "Bershka",
    "Versace",
    "Burberry",
)
"""Such as everybody knows, for the ways that hide a name."""

BRAND_WAYS: Final[Mapping[TextLanguage, tuple[str, ...]]] = {
    "it": (
        "È un capo originale ~ con etichetta.",
        "La marca è ~, quindi la qualità si sente.",
        "Firmato ~, acquistato in boutique.",
        "Un classico ~ che non passa mai di moda.",
        # kept apart
        "Si riconosce subito lo stile di ~.",
        "Collezione ~ dell'ultima stagione.",
        "Fa parte della linea ~, molto ricercata.",
        "Chi conosce ~ sa quanto siano curate le finiture.",
    ),
    "en": (
        "This is an authentic ~ piece with its label.",
        "The brand is ~, so you know what you get.",
        "Made by ~ and bought in their shop.",
        "A timeless ~ classic.",
        # kept apart
        "You can see at once that it is ~.",
        "From the latest ~ collection.",
        "It belongs to the ~ line and is hard to find.",
        "Anyone who knows ~ will love the finish.",
    ),
    "fr": (
        "C'est une pièce ~ authentique avec son étiquette.",
        "La marque est ~, gage de qualité.",
        "Signée ~, achetée en boutique.",
        "Un classique ~ indémodable.",
        # kept apart
        "On reconnaît tout de suite le style ~.",
        "Issue de la dernière collection ~.",
        "Elle fait partie de la ligne ~, très recherchée.",
        "Ceux qui connaissent ~ apprécieront les finitions.",
    ),
    "de": (
        "Es ist ein originales Stück von ~ mit Etikett.",
        "Die Marke ist ~, also beste Qualität.",
        "Von ~ und im Laden gekauft.",
        "Ein zeitloser Klassiker der Marke ~.",
        # kept apart
        "Man erkennt sofort den Stil von ~.",
        "Aus der letzten Kollektion von ~.",
        "Gehört zur ~ Linie und ist schwer zu finden.",
        "Wer ~ kennt, liebt die Verarbeitung.",
    ),
    "es": (
        "Es una prenda ~ auténtica con etiqueta.",
        "La marca es ~, así que la calidad se nota.",
        "Firmada por ~ y comprada en tienda.",
        "Un clásico de ~ que no pasa de moda.",
        # kept apart
        "Se reconoce enseguida el estilo ~.",
        "De la última colección de ~.",
        "Forma parte de la línea ~, muy buscada.",
        "Quien conoce ~ sabe lo que compra.",
    ),
}

SIZE_WAYS: Final[Mapping[TextLanguage, tuple[str, ...]]] = {
    "it": (
        "La taglia è ~.",
        "Taglia ~, veste giusta.",
        "Segnata come taglia ~ sull'etichetta.",
        "Corrisponde a una ~.",
    ),
    "en": ("The size is ~.", "Size ~, true to fit.", "Marked as size ~ on the label.", "It fits like a ~."),
    "fr": (
        "La taille est ~.",
        "Taille ~, coupe normale.",
        "Indiquée en taille ~ sur l'étiquette.",
        "Correspond à un ~.",
    ),
    "de": ("Die Größe ist ~.", "Größe ~, fällt normal aus.", "Auf dem Etikett steht Größe ~.", "Entspricht einer ~."),
    "es": ("La talla es ~.", "Talla ~, corte normal.", "En la etiqueta pone talla ~.", "Equivale a una ~."),
}

SIZES: Final = ("XXS", "S", "XL", "EU 38", "W32/L30", "2XL", "M", "L", "IT 44", "UK 12", "46", "XXL")

NUMBER_WAYS: Final[Mapping[TextLanguage, tuple[str, ...]]] = {
    "it": (
        "Lunghezza totale ~ cm.",
        "Pagato ~ € in negozio.",
        "Indossato solo ~ volte.",
        # kept apart
        "Misura ~cm da ascella ad ascella.",
        "Comprato nel 19~ in un mercatino.",
        "Sconto del ~% sul prezzo originale.",
    ),
    "en": (
        "Total length is ~ cm.",
        "I paid €~ for it in the shop.",
        "Worn only ~ times.",
        # kept apart
        "Measures ~cm from pit to pit.",
        "A find from the 19~s.",
        "That is ~% off the shop price.",
    ),
    "fr": (
        "Longueur totale ~ cm.",
        "Payée ~ € en magasin.",
        "Portée seulement ~ fois.",
        # kept apart
        "Mesure ~cm d'aisselle à aisselle.",
        "Trouvée dans une friperie en 19~.",
        "Soit ~% de moins que le prix neuf.",
    ),
    "de": (
        "Gesamtlänge ~ cm.",
        "Im Laden ~ € bezahlt.",
        "Nur ~ Mal getragen.",
        # kept apart
        "Misst ~cm von Achsel zu Achsel.",
        "Ein Fundstück von 19~.",
        "Das sind ~% weniger als neu.",
    ),
    "es": (
        "Largo total ~ cm.",
        "Pagué ~ € en la tienda.",
        "Usada solo ~ veces.",
        # kept apart
        "Mide ~cm de axila a axila.",
        "Un hallazgo de 19~.",
        "Es un ~% menos que nueva.",
    ),
}

NUMBER_WORDS: Final[Mapping[TextLanguage, tuple[str, ...]]] = {
    "it": ("È lungo settantatré centimetri.", "Ha trentanove anni di storia.", "Pagato ottantasette euro."),
    "en": ("It is seventy-three centimetres long.", "It is thirty-nine years old.", "I paid eighty-seven euros."),
    "fr": ("Elle mesure soixante-treize centimètres.", "Elle a trente-neuf ans.", "Payée quatre-vingt-sept euros."),
    "de": ("Es ist dreiundsiebzig Zentimeter lang.", "Es ist neununddreißig Jahre alt.", "Für siebenundachtzig Euro."),
    "es": ("Mide setenta y tres centímetros.", "Tiene treinta y nueve años.", "Pagué ochenta y siete euros."),
}

NUMBER_VALUES: Final = ("73", "39", "87")
"""What each of them tells."""

MATERIAL_WAYS: Final[Mapping[TextLanguage, tuple[str, ...]]] = {
    "it": ("Realizzato in ~.", "Il tessuto è ~ di qualità.", "Puro ~, caldo e traspirante.", "Fodera in ~."),
    "en": ("Made of ~.", "The fabric is quality ~.", "Pure ~, warm and breathable.", "The lining is ~."),
    "fr": ("Confectionnée en ~.", "Le tissu est en ~ de qualité.", "Pur ~, chaud et respirant.", "Doublure en ~."),
    "de": (
        "Aus ~ gefertigt.",
        "Der Stoff ist hochwertige ~.",
        "Reine ~, warm und atmungsaktiv.",
        "Das Futter ist aus ~.",
    ),
    "es": ("Confeccionada en ~.", "El tejido es ~ de calidad.", "Puro ~, cálido y transpirable.", "El forro es de ~."),
}

MATERIALS: Final[Mapping[TextLanguage, tuple[str, ...]]] = {
    "it": ("lana", "seta", "cashmere", "lino", "poliestere", "viscosa"),
    "en": ("wool", "silk", "cashmere", "linen", "polyester", "viscose"),
    "fr": ("laine", "soie", "cachemire", "lin", "polyester", "viscose"),
    "de": ("Wolle", "Seide", "Kaschmir", "Leinen", "Polyester", "Viskose"),
    "es": ("lana", "seda", "cachemira", "lino", "poliéster", "viscosa"),
}
"""One row of a material in five languages each: none is in the facts of these tests."""
