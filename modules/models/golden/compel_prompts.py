"""What compel (2.1.1) makes of prompts: its parse of a thousand, and its embeddings of some with the tiny text encoders.

Needs compel on the path beside the packages of requirements.txt: it is not among these, because it pins others of them.
`python compel_prompts.py` writes the parses; `make_golden.py` the embeddings and pictures, if compel can be imported.
"""

import json
import pathlib
import random
import signal

BY_HAND = r'''
a red fox
a red fox++
a (red fox)++
a (red fox)1.3
a (red fox)0.5
a red-- fox
a (red)--- (fox)+
(a (red)++ fox)1.2
((a red) fox)0.5
((((fox))))
(((fox)+)+)+
a cat, a dog
a cat,a dog
a cat , a dog ,
, a cat
a "quoted fox"++ here
"a red fox"1.4
"a \"red\" fox"++
a \(fox\) here
(a \(fox\) here)1.2
\"fox\"
(fox
fox)
(fox))
((fox)
"fox
fox"
fox++ cat-- dog
fox+++++
fox+-
fox-+
fox+1.2
(fox)+1.2
(fox)1.2++
(fox) 1.2
(fox) ++
fox ++
++fox
--fox
+ fox
- fox
fox - cat
fox-cat
blue-eyed (fox-cat)1.1
fox+cat
fox++cat
(fox)++cat
(fox)1.2cat
(fox)1.2 cat
(fox)12
(fox)-1
(fox)-0.5
(fox).5
(fox)0.
(fox)1e2
(fox)1.5e1
(fox)1,2
(fox)1.2.3
fox1.2
fox 1.2
1.2
(1.2)1.2
1.2++
3d render++
(3d render)++
8k, hdr, 4.5 stars
f/1.8 aperture
f/1.8++ aperture
("a red fox", "a blue cat").and()
("a red fox", "a blue cat").and(1, 0.5)
("a red fox", "a blue cat").and(1,0.5)
("a red fox", "a blue cat").and(0.5, 0.5)
("a red fox", "a blue cat").and(1)
("a red fox", "a blue cat").and(1, 2, 3)
("a red fox").and()
("a red fox", "a blue cat").add(1, 1)
("a red fox", "a blue cat", "the moon").and(1, 1, 0.2)
("a red fox", "a blue cat").and
("a red fox", "a blue cat").and() more
("a red fox", "a blue cat") .and()
("a red fox" , "a blue cat" ).and( 1 , 2 )
(a red fox, a blue cat).and()
("a (red)++ fox", "a blue-- cat").and()
("a red fox", "a blue cat").blend()
("a red fox", "a blue cat").blend(1, 1)
("a red fox", "a blue cat").blend(0.7, 0.3)
("a red fox", "a blue cat").blend(1, 0.5, no_normalize)
("a red fox", "a blue cat").blend(-1, 2)
("a red fox", "a blue cat").blend(1)
("a red fox", "a blue cat").blend(0.3,0.7,no_normalize)
("a red fox", "a blue cat").blend(0.3,0.7,other)
("a red fox", "a blue cat").blend(a=1, b=2)
("a red fox", "a blue cat").blend(0.7, 0.3) in the night
("a (red fox)1.5", "a blue+ cat").blend(0.7, 0.3)
(fox, cat).blend(1, 1)
((fox), (cat)).blend(1, 1)
((red fox), (blue cat)++).blend(1, 1)
("fox", cat).blend(1, 2)
("", "cat").blend(1, 2)
("fox", "").and()
("a fox, in the night", "a \"big\" cat").and()
(("a fox", "a cat").blend(1, 1), "a dog").and()
("a fox", ("a cat", "a dog").blend(1, 2)).and()
a cat.swap(dog) in the night
a (black cat).swap(white dog) in the night
a "black cat".swap("white dog") in the night
a cat.swap(dog, s_start=0.1, t_end=0.7) in the night
a cat.swap(dog, shape_freedom=0.5)
a cat.swap() in the night
a "".swap(dog) in the night
a (cat++).swap(dog--) in the night
(a cat.swap(dog))1.2 in the night
("a cat.swap(dog)", "a fox").blend(1, 1)
("a cat.swap(dog)", "a fox").and()
cat.attend(1.2) dog
(cat).attend(0.5) dog
"cat".attend(++) dog
cat.attend(-) dog
cat.attend() dog
cat.attend(x) dog
withLora(fox, 0.5) a cat
a cat withLora(fox)
a cat withLora(fox, 0.5) useLora(moon, 0.3)
withLora(fox,1)
a (cat withLora(fox, 0.5))1.2
withLora a cat
a cat. a dog. the moon.
a cat... a dog
(a cat. a dog)1.2
(a cat, a dog.)1.2
wow! what? a cat; a dog: yes
a 狐狸 and a café (狐狸)1.2
(🦊)++ fox
don't (don't)1.1
[fox] {cat} <dog>
<cat>++ (<cat> dog)1.2
fox_cat+ fox/cat+
a=b (a=b)1.2
a\=b\+\-\.\,
()
()1.2
()++
""
""++
" "
(  )
(  fox  )  1.2
(fox)++(cat)--
(fox)++ (cat)-- "dog"1.3
(fox)(cat)
fox(cat)
fox (cat)dog
fox"cat"dog
"fox""cat"
"fox"cat
(fox "red")1.2
(fox "red"++ cat)1.2
"fox (red)1.2 cat"++
"fox (red)1.2 cat"
(fox (red "big"1.1)0.9 cat)1.2
(a, b, c)1.1
(a,b,c)1.1
(a , b)1.1
(a.b)1.1
(a .b)1.1
(1.5)1.1
(2)
(a 2)
(a 2.5 b)1.3
(a -2 b)1.3
(a - b)1.3
(a -b)1.3
(a b-)1.3
(a b- c)1.3
(a+ b- c)1.3
(a+b)1.3
(a+b c)
(a-b-c)1.1
(fox)1.0
(fox)1
(fox)0
(fox)0.0
(fox)100
.fox
fox.
fox .
. fox
fox.cat
fox.and()
(fox).and()
(fox).blend(1)
(fox, cat)
(fox, cat)++
(fox).swap(cat)
(fox).unknown(cat)
fox.unknown(cat)
\\
\\(fox\\)
a \ b
a\,b
(a\,b)1.1
tab	and	tabs
'fox'
'fox'++
(“fox”)1.2
a fox, masterpiece, (best quality)1.3, (worst quality)0.6, detailed+, [bad], "sharp focus"--
a painting of a (red fox)1.3 and a (blue cat)0.7, big castle, night--
(a:1.2), (b:0.5)
(fox:1.2) cat
((fox cat) dog)--
-fox
-1
+1
--
++
-
+
)(
(()
"\"
"a\"b"
"a"b"c"
a (b c
a b) c
a "b c
,
.
,,
a,,b
a,b,c
(a),(b)
(a)1.1,(b)1.2
(a)1.1.
(a)1.1 .
(a). b
a++. b
a++, b
a++,b
a++) b
(a++)
(a++ b)
(a ++b)
(a b++)
(a b++)1.1
(a b+++ c)0.5
'''

PIECES = ["fox", "cat", "red", "a", "the", "(", ")", "(", ")", "\"", "++", "--", "+", "-", "1.2", "0.5", "2", " ", " ", " ", " ",
          ",", ", ", ".", "\\(", "\\)", "\\\"", "!", "'s", "=", ".and()", ".blend(1, 0.5)", ".swap(", ".attend(1.1)",
          "(\"a fox\", \"a cat\")", "(red fox)1.3", "(cat)0.4", "big++", "small--", "狐", "-", "_", ":", "1", ".5"]


def drawn(count):
    """Prompts that nobody thought of."""
    rng = random.Random(7)
    for _ in range(count):
        yield "".join(rng.choice(PIECES) for _ in range(rng.randint(2, 11)))


def nested(count):
    """Well-formed ones, with weights inside weights."""
    rng = random.Random(8)
    words = ["fox", "cat", "red", "blue", "the moon", "castle", "big", "3d", "don't", "by-pass", "狐"]

    def phrase(depth):
        parts = []
        for _ in range(rng.randint(1, 3)):
            kind = rng.random()
            if depth and kind < 0.35:
                weight = rng.choice(["1.2", "0.5", "++", "--", "", "0.8", "-"])
                parts.append(f"({phrase(depth - 1)}){weight}")
            elif kind < 0.5:
                parts.append(rng.choice(words).split()[0] + rng.choice(["+", "++", "-", "---"]))
            elif depth and kind < 0.58:
                parts.append(f"\"{rng.choice(words)} {rng.choice(words)}\"" + rng.choice(["1.1", "--", ""]))
            else:
                parts.append(rng.choice(words) + rng.choice(["", "", ","]))
        return " ".join(parts)

    for _ in range(count):
        kind = rng.random()
        if kind < 0.6:
            yield phrase(3)
        else:
            parts = [phrase(1).replace('"', "") for _ in range(rng.randint(1, 3))]
            weights = ", ".join(rng.choice(["1", "0.5", "2", "0.25"]) for _ in parts)
            quoted = ", ".join(f"\"{part}\"" for part in parts)
            yield f"({quoted}).{rng.choice(['and', 'blend'])}({rng.choice([weights, ''])})"


def prompts():
    chosen = [line for line in BY_HAND.split("\n")] + [*nested(400), *drawn(900)]
    return list(dict.fromkeys(chosen))


def plain(part):
    from compel.prompt_parser import Blend, CrossAttentionControlSubstitute

    if isinstance(part, Blend):
        return {"blend": [plain(p) for p in part.prompts], "weights": part.weights, "normalize": part.normalize_weights}
    fragments = []
    for fragment in part.children:
        if isinstance(fragment, CrossAttentionControlSubstitute):
            fragments.append({"swap": [[f.text, f.weight] for f in fragment.original],
                              "for": [[f.text, f.weight] for f in fragment.edited]})
        else:
            fragments.append([fragment.text, fragment.weight])
    return fragments


class TooLong(Exception):
    pass


def parse(parser, prompt):
    """The flattened conjunction; none if compel refuses the prompt."""
    def stop(*_):
        raise TooLong()

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 10)
    try:
        conjunction = parser.parse_conjunction(prompt)
        return {"prompt": prompt, "all": [plain(part) for part in conjunction.prompts], "weights": conjunction.weights,
                "loras": [[lora.model, lora.weight] for lora in conjunction.lora_weights]}
    except TooLong:
        raise
    except Exception as fault:  # pyparsing's, compel's own, and what its code stumbles over
        return {"prompt": prompt, "refused": type(fault).__name__}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def write_parses(folder):
    from compel.prompt_parser import PromptParser

    parser = PromptParser()
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for prompt in prompts():
        try:
            lines.append(json.dumps(parse(parser, prompt), ensure_ascii=False))
        except TooLong:
            print("left out, for compel needs more than ten seconds:", prompt)
    (folder / "parses.jsonl").write_text("\n".join(lines) + "\n")
    print(len(lines), "prompts,", sum('"refused"' in line for line in lines), "refused")


NAME = "compel"
LONG = "a painting of a red fox and a blue cat on the big castle in the night, " * 6
STORY = "the red fox is on the river. a blue cat, small and yellow, is in the house; the moon is big. " * 5
ENCODED = ["", "a red fox", "a red fox++", "a (red fox)1.3 in the night", "a (red fox)0.5 in the night", "a red-- fox", "(fox)0",
           "a (red (big fox)0.6)1.4 cat", "a (red)0.7 fox and a (blue)0.3 cat", "(a red fox)0.8", "()0.5 a fox",
           "(\"a red fox\", \"a blue cat\").and()", "(\"a red fox\", \"a blue cat\").and(1, 0.5)",
           "(\"a (red)0.5 fox\", \"a blue+ cat\", \"the moon\").and(0.2, 1, 2)", "(\"a red fox\", \"a blue cat\").blend(0.7, 0.3)",
           "(\"a red fox\", \"a blue cat\").blend(1, 0.5, no_normalize)", "(\"a (red)0.5 fox\", \"\").blend(-1, 2)",
           "a cat.swap(dog) in the night", "a (black cat)1.2.swap(white) moon", "Café «FOX» (狐狸)1.2 it's 12!", "a cat! (a dog!!)0.5",
           LONG, f"({LONG})1.2", f"a fox, {LONG}, (in the night)0.4", STORY, f"({STORY})0.6", f"a fox (house)0.5 {STORY} (moon)0.7",
           f"(\"{STORY}\", \"a fox\").blend(0.5, 0.5)", f"(\"a fox\", \"{STORY}\").and(1, 0.7)", "river" * 60, f"a dog.swap({LONG})"]
ENCODED_XL = ENCODED[1:5] + ENCODED[7:9] + [ENCODED[15], ENCODED[20], ENCODED[26]]


def pictures():
    text = {"kind": "text2img", "prompt_syntax": "compel", "num_inference_steps": 5, "guidance_scale": 5.0, "width": 48, "height": 48}
    yield "sd-factor8", "weights", {**text, "prompt": "a (red fox)1.4 in the night--", "seed": 301}
    yield "sd-factor8", "lengthy", {**text, "prompt": STORY, "negative_prompt": "(dog)1.2", "seed": 302}
    yield "sd-factor8", "long-negative", {**text, "prompt": "a fox", "negative_prompt": LONG, "seed": 303}
    yield "sd-factor8", "and", {**text, "prompt": "(\"a fox\", \"a cat\").and()", "num_images_per_prompt": 2, "seed": 304}
    yield "sd-factor8", "unguided", {**text, "prompt": STORY, "guidance_scale": 1.0, "seed": 305}
    yield "sd-factor8", "img2img", {**text, "kind": "img2img", "strength": 0.6, "images": ["input-a.png"], "prompt": "fox++", "seed": 306}
    yield "sd2", "weights", {**text, "prompt": "a (red fox!)0.4 in the night", "seed": 307}
    yield "sdxl-base", "weights", {**text, "prompt": "a (red fox)0.4 in the night++", "seed": 308}
    yield "sdxl-base", "negative", {**text, "prompt": "a (red fox)1.4", "negative_prompt": STORY, "seed": 309}
    yield "sdxl-refiner", "weights", {**text, "kind": "img2img", "strength": 0.6, "images": ["input-a.png"], "prompt": "a red fox--",
                                      "seed": 310}


def compel_of(pipeline):
    from compel import Compel, ReturnedEmbeddingsType

    encoders = [(pipeline.components.get(f"tokenizer{n}"), pipeline.components.get(f"text_encoder{n}")) for n in ("", "_2")]
    encoders = [(tokenizer, encoder) for tokenizer, encoder in encoders if encoder is not None]
    if "text_encoder_2" not in pipeline.components:
        return Compel(*encoders[0], truncate_long_prompts=False)
    return Compel(
        [tokenizer for tokenizer, _ in encoders], [encoder for _, encoder in encoders], truncate_long_prompts=False,
        returned_embeddings_type=ReturnedEmbeddingsType.PENULTIMATE_HIDDEN_STATES_NON_NORMALIZED,
        requires_pooled=[False] * (len(encoders) - 1) + [True])


def write_states(pipeline, checkpoint, chosen, folder):
    """All states one after the other in one file; gives the entries that say where."""
    import torch

    compel, entries, values, at = compel_of(pipeline), [], [], 0
    for prompt in chosen:
        states = compel(prompt) if checkpoint == "sd-factor8" else compel(prompt)[0]
        entries.append({"checkpoint": checkpoint, "prompt": prompt, "file": f"{checkpoint}.f32", "at": at, "shape": list(states.shape)})
        values.append(states.reshape(-1))
        at += states.numel()
    (folder / f"{checkpoint}.f32").write_bytes(torch.cat(values).numpy().astype("<f4").tobytes())
    return entries


def embeddings(pipeline, case):
    """What a user of diffusers and compel passes on; the negative prompt is left out where the pipeline makes zeros of it."""
    compel = compel_of(pipeline)
    xl = "text_encoder_2" in pipeline.components
    zeros = xl and "negative_prompt" not in case and pipeline.config.force_zeros_for_empty_prompt
    texts = [case["prompt"]] if zeros else [case["prompt"], case.get("negative_prompt", "")]
    given = [compel(text) if xl else (compel(text), None) for text in texts]
    states = compel.pad_conditioning_tensors_to_same_length([states for states, _ in given])
    kwargs = {"prompt_embeds": states[0], "pooled_prompt_embeds": given[0][1]}
    if not zeros and case["guidance_scale"] > 1:
        kwargs |= {"negative_prompt_embeds": states[1], "negative_pooled_prompt_embeds": given[1][1]}
    return {name: value for name, value in kwargs.items() if value is not None}


def main(scratch, out):
    import checkpoints
    import checkpoints_xl
    import recording
    import stable_diffusion_xl

    folder = out / NAME
    folder.mkdir(exist_ok=True)
    for name in ("sd-factor8", *checkpoints_xl.NAMES):
        (checkpoints_xl if name in checkpoints_xl.NAMES else checkpoints).make(name, scratch / name)
    states = []
    for name, chosen in {"sd-factor8": ENCODED, "sdxl-base": ENCODED_XL}.items():
        states += write_states(stable_diffusion_xl.load(scratch / name, {"kind": "text2img"}), name, chosen, folder)
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in states)
    (folder / "states.json").write_text(f"[\n{lines}\n]\n")
    recorded = []
    for checkpoint, name, case in pictures():
        pipeline = stable_diffusion_xl.load(scratch / checkpoint, case)
        pipeline.set_progress_bar_config(disable=True)
        kwargs = stable_diffusion_xl.arguments(case, out)
        kwargs = {key: value for key, value in kwargs.items() if "prompt" not in key or key.startswith("num")}
        latents = pipeline(**kwargs, **embeddings(pipeline, case), output_type="latent").images
        images = stable_diffusion_xl.decode(pipeline, latents, "text_encoder_2" in pipeline.components)
        recorded.append(recording.record(folder, f"{checkpoint}-compel-{name}", checkpoint, case, latents, images))
    recording.write_cases(folder, recorded)


if __name__ == "__main__":
    write_parses(pathlib.Path(__file__).resolve().parents[2] / "inference/src/test/resources/io/darkroom/inference/compel")
