"""Makes the fonts of this folder from the packages @fontsource-variable/ibm-plex-sans and
@fontsource/ibm-plex-mono: ASCII and the signs that the page uses, weights 400 to 600, no hinting.

    pip install fonttools brotli
    python3 web/src/fonts/subset.py
"""

import os
import tempfile

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FOLDER = os.path.dirname(os.path.abspath(__file__))
PACKAGES = os.path.join(FOLDER, "../../../node_modules")
SANS = "@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2"
MONO = "@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-{}-normal.woff2"

# The licence reserves the name Plex for the unmodified fonts.
FONTS = {
    "sans": (SANS, "Wasmerang Sans"),
    "mono-400": (MONO.format(400), "Wasmerang Mono"),
    "mono-600": (MONO.format(600), "Wasmerang Mono SemiBold"),
}
SIGNS = "\u00a0\u00b7\u00d7\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026"
CHARACTERS = [*range(0x20, 0x7F), *map(ord, SIGNS)]
FULL_NAME_IDS = {1, 3, 4}
POSTSCRIPT_NAME_ID = 6
LICENCE_NAME_IDS = {0, 13, 14}


def limit_weights(font):
    """Keeps 400 to 600 of the weight axis; the subsetter wants the result read from a file."""
    instancer.instantiateVariableFont(font, {"wght": (400, 600)}, inplace=True)
    font.flavor = None
    with tempfile.NamedTemporaryFile(suffix=".ttf") as file:
        font.save(file.name)
        font = TTFont(file.name, lazy=False)
    for glyph in font.getGlyphOrder():
        font["gvar"].variations.setdefault(glyph, [])
    return font


for file_name, (source, name) in FONTS.items():
    font = TTFont(os.path.join(PACKAGES, source))
    if "fvar" in font:
        font = limit_weights(font)
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern", "ccmp", "mark", "locl"]
    options.name_IDs = sorted({2, POSTSCRIPT_NAME_ID} | FULL_NAME_IDS | LICENCE_NAME_IDS)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in FULL_NAME_IDS:
            record.string = name
        elif record.nameID == POSTSCRIPT_NAME_ID:
            record.string = name.replace(" ", "")
    font.flavor = "woff2"
    font.save(os.path.join(FOLDER, f"{file_name}.woff2"))
