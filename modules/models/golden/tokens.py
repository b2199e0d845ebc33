"""What transformers' fast CLIP tokenizer makes of many strings: what ClipTokenizer of modules/inference is held to.

The vocabulary is CLIP's own, from the bundled tiny-emoji. Writes `tokens.bin.gz`, big-endian: the number of strings, then
for each its UTF-8 length and bytes, and its ids (how many, then 16 bits each) from start to end without padding, cut to 77;
a string with a `!` has a second list, of a tokenizer that pads with `!` as OpenCLIP's do.
"""

import gzip
import json
import pathlib
import random
import struct
import tempfile

import transformers

BUNDLED = pathlib.Path(__file__).resolve().parents[1] / "bundled/tiny-emoji/tokenizer"
LENGTH = 77

WORDS = (
    "a photo of an astronaut riding horse on mars portrait masterpiece best quality 8k uhd octane render trending artstation "
    "Greg Rutkowski cat dog fox café naïve Zürich smörgåsbord coöperate isn't don't I'LL we've THEY'RE it's o'clock 'tis y'all "
    "cyberpunk neon-lit bokeh f/1.8 35mm 4:3 16x9 100% #hashtag @user e-mail@example.org snake_case CamelCase v2.1 1,000,000 "
    "(fox:1.2) ((cat)) [dog] {bird|fish} <lora:style:0.8> \"quoted\" and/or a.k.a. U.S.A. -- --- ... !!! ?! :) ;-) </w> &c"
).split(" ")
SPECIAL = ["<|startoftext|>", "<|endoftext|>", "<|EndOfText|>", "<|endoftext", "|endoftext|>", "<|>", "!", "!!", "! !", "</w>"]
SPACES = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2003\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
INVISIBLE = "\x00\x01\x07\x08\x1b\x7f\x80\x9f\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\ufeff\ufff9\ufffd\ufffe"
FIXABLE = (  # what ftfy would change
    "\u2018 \u2019 \u201c \u201d \u00ab \u00bb \u2013 \u2014 \u2026 &amp; &lt; &gt; &quot; &eacute; &#39; &#x1F98A; &nbsp; "
    "\u00c3\u00a9 \u00e2\u20ac\u2122 \u00e2\u20ac\u0153 \u00f0\u0178\u00a6\u0160 \ufb00 \ufb01 \ufb02 \ufb03 \u0133 \uff26\uff2f\uff38 "
    "\uff11\uff12 \uff01 \u2122 \u2460 \u00bd \u00b2 \u00aa \u2126 \u212b"
).split(" ")
CASED = "\u0130I\u0131i\u1e9e\u00df\u03a3\u03c3\u03c2\u01c5\u01c4\u01c6\u0345\u1f80\u1f88\u1fb3\u1fbc\u2c2f\ua64a\u1c88\u10a0\u10d0\u1c90\u13a0\uab70\U00010400\U00010428\U0001e900\U0001e922"
EMOJI = "\U0001f98a\U0001f469\U0001f9b0\U0001f3fd\u2764\ufe0f\u200d\U0001f525\U0001f1e9\U0001f1ea#\u20e31\U0001f3f4\U000e0067\U000e007f\u2708\ufe0e\U0001fae0\U0001f6dc"
RANGES = {
    "any": [(0, 0xD7FF), (0xE000, 0x10FFFF)],
    "planes 0 to 3": [(0x20, 0xD7FF), (0xE000, 0x323AF)],
    "basic plane": [(0x20, 0xD7FF), (0xE000, 0xFFFF)],
    "latin": [(0x20, 0x24F), (0x1E00, 0x1EFF), (0xA720, 0xA7FF)],
    "marks": [(0x41, 0x5A), (0x61, 0x7A), (0x300, 0x36F), (0x1AB0, 0x1AFF), (0x20D0, 0x20F0), (0x1100, 0x11FF), (0x1F00, 0x1FFF)],
    "right to left": [(0x590, 0x5FF), (0x600, 0x6FF), (0x700, 0x8FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFC), (0x1EE00, 0x1EEF1)],
    "cjk": [(0x3000, 0x30FF), (0x3400, 0x3450), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAD9), (0xFF00, 0xFFEF), (0x20000, 0x20100)],
    "indic and thai": [(0x900, 0xDFF), (0xE00, 0xFFF), (0x1780, 0x17FF), (0x11000, 0x11FFF)],
    "emoji": [(0x2190, 0x2BFF), (0x1F000, 0x1FAFF), (0xFE0E, 0xFE0F), (0x200D, 0x200D), (0x1F3FB, 0x1F3FF)],
    "digits and signs": [(0x20, 0x40), (0xB2, 0xBE), (0x660, 0x669), (0x2070, 0x218B), (0x2460, 0x24FF), (0x1D7CE, 0x1D7FF)],
    "letters of mathematics": [(0x1D400, 0x1D7CB), (0x2100, 0x214F)],
    "ascii": [(0x00, 0x7F)],
    "bytes": [(0x00, 0xFF)],
}


def strings():
    draw = random.Random(20)

    def code_points(ranges, longest):
        for _ in range(draw.randint(1, longest)):
            low, high = draw.choice(ranges)
            yield chr(draw.randint(low, high))

    def joined(parts, longest):
        spaced = [draw.choice(parts) + draw.choice(["", " ", " ", " ", ", ", draw.choice(SPACES)]) for _ in range(draw.randint(1, longest))]
        return "".join(word.upper() if draw.random() < 0.1 else word for word in spaced)

    yield from ["", " ", "!", "\x00", "\u0300", "\u200d", "a" * 500, "! " * 100, "\U0001f98a" * 60, "\u00e9" * 200, "e\u0301" * 200]
    for ranges in RANGES.values():
        for _ in range(450):
            yield "".join(code_points(ranges, 14))
    for _ in range(300):  # one after the other of all ranges
        yield "".join("".join(code_points(draw.choice(list(RANGES.values())), 5)) for _ in range(4))
    for _ in range(2400):
        yield joined(WORDS, 14)
    for _ in range(700):
        yield joined(WORDS + SPECIAL * 4, 10)
    for _ in range(700):
        yield joined(WORDS + FIXABLE * 4, 10)
    for _ in range(400):
        yield joined(list(EMOJI) + WORDS[:20], 10)
    for characters in (SPACES + "ab1!", INVISIBLE + "ab 1", CASED + "ab '", "'sStTrReEvVmMlLdD !", EMOJI):
        for _ in range(300):
            yield "".join(draw.choice(characters) for _ in range(draw.randint(1, 16)))
    for _ in range(40):
        yield joined(WORDS + SPECIAL + FIXABLE, 400)
    for ranges in RANGES.values():
        yield "".join(code_points(ranges, 400))


def tokenizer(pad, scratch):
    """CLIP's fast tokenizer with another pad token, as the folders of diffusers configure it."""
    folder = pathlib.Path(scratch)
    for name in ("vocab.json", "merges.txt"):
        (folder / name).write_bytes((BUNDLED / name).read_bytes())
    config = json.loads((BUNDLED / "tokenizer_config.json").read_text())
    config["pad_token"] = pad
    config["model_max_length"] = LENGTH
    if pad == "!":
        flags = dict.fromkeys(("lstrip", "normalized", "rstrip", "single_word"), False)
        config["added_tokens_decoder"]["0"] = {"content": "!", "special": True, **flags}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return transformers.CLIPTokenizerFast.from_pretrained(folder)


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        ordinary, exclaiming = tokenizer("<|endoftext|>", one), tokenizer("!", other)
        texts = list(strings())
        out = [struct.pack(">i", len(texts))]
        for text in texts:
            encoded = text.encode("utf-8")
            out.append(struct.pack(">H", len(encoded)) + encoded)
            for reader in [ordinary] + [exclaiming] * ("!" in text):
                ids = reader(text, truncation=True, max_length=LENGTH).input_ids
                out.append(struct.pack(f">B{len(ids)}H", len(ids), *ids))
    packed = gzip.compress(b"".join(out), 9, mtime=0)
    (folder / "tokens.bin.gz").write_bytes(packed)
    print(len(texts), "strings,", len(packed), "bytes")


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
