"""Kandinsky 2.2: tiny checkpoints with random weights, and what diffusers' combined pipelines make of them."""

import functools

import diffusers
import torch
from diffusers import (
    DDPMScheduler, KandinskyV22CombinedPipeline, KandinskyV22Img2ImgCombinedPipeline,
    KandinskyV22Pipeline, KandinskyV22PriorPipeline, PriorTransformer, UNet2DConditionModel, UnCLIPScheduler, VQModel)
from PIL import Image
from transformers import (
    CLIPImageProcessor, CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer, CLIPTokenizerFast, CLIPVisionConfig,
    CLIPVisionModelWithProjection)

import checkpoints
import pipelines
import recording

NAME = "kandinsky"
WIDTH = 32  # of the embeddings


def cases():
    text = {"kind": "text2img", "prompt": "a red fox", "num_inference_steps": 5, "guidance_scale": 2.5, "width": 48,
            "height": 48, "prior_num_inference_steps": 4, "prior_guidance_scale": 4.0, "seed": 201}
    yield "text2img-basic", text
    yield "text2img-negative", {**text, "negative_prompt": "night", "seed": 202}
    yield "text2img-empty", {**text, "prompt": "", "negative_prompt": "", "seed": 203}
    yield "text2img-wide", {**text, "width": 96, "height": 32, "seed": 204}
    yield "text2img-rounded-up", {**text, "width": 49, "height": 30, "seed": 205}
    yield "text2img-unguided-prior", {**text, "prior_guidance_scale": 1.0, "seed": 206}
    yield "text2img-unguided-prior-negative", {**text, "prior_guidance_scale": 0.5, "negative_prompt": "night", "seed": 207}
    yield "text2img-unguided", {**text, "guidance_scale": 1.0, "seed": 208}
    yield "text2img-more-prior-steps", {**text, "prior_num_inference_steps": 25, "prior_guidance_scale": 1.5, "seed": 209}
    yield "text2img-batch", {**text, "num_images_per_prompt": 3, "seed": 210}
    yield "text2img-batch-negative", {**text, "num_images_per_prompt": 2, "negative_prompt": "a blue house", "seed": 211}
    yield "text2img-seeds", {**text, "num_images_per_prompt": 3, "seed": [212, 213, 214]}
    yield "text2img-long", {**text, "prompt": "a red fox on a blue house " * 12, "negative_prompt": "night and day " * 30,
                            "seed": 215}
    yield "text2img-one-step", {**text, "num_inference_steps": 1, "prior_num_inference_steps": 2, "seed": 216}
    yield "text2img-ddim", {**text, "scheduler": "DDIMScheduler", "scheduler_options": {}, "seed": 217}
    yield "text2img-fixed-variance", {**text, "scheduler": "DDPMScheduler",
                                      "scheduler_options": {"variance_type": "fixed_small"}, "seed": 218}
    image = {**text, "kind": "img2img", "strength": 0.6, "images": ["large.png"], "seed": 221}
    yield "img2img-basic", image
    yield "img2img-negative", {**image, "negative_prompt": "night", "seed": 222}
    yield "img2img-small-input", {**image, "images": ["input-a.png"], "seed": 223}
    yield "img2img-swapped", {**image, "width": 64, "height": 32, "seed": 224}
    yield "img2img-rounded-down", {**image, "width": 35, "height": 75, "seed": 225}
    yield "img2img-full", {**image, "strength": 1.0, "seed": 226}
    yield "img2img-weak", {**image, "strength": 0.2, "seed": 227}
    yield "img2img-batch", {**image, "num_images_per_prompt": 3, "seed": 228}
    yield "img2img-images", {**image, "images": ["large.png", "input-b.png"], "num_images_per_prompt": 2, "seed": 229}
    yield "img2img-seeds", {**image, "num_images_per_prompt": 2, "seed": [230, 231]}
    yield "img2img-ddim", {**image, "scheduler": "DDIMScheduler", "scheduler_options": {}, "seed": 232}


def chained_cases():
    """Prior and decoder as two stages, each with its own seed."""
    prior = {"prompt": "a red fox", "num_inference_steps": 4, "guidance_scale": 4.0, "seed": 241}
    text = {"kind": "text2img", "num_inference_steps": 5, "guidance_scale": 2.5, "width": 48, "height": 48, "seed": 242}
    yield "chained-basic", prior, text
    yield "chained-negative", {**prior, "negative_prompt": "night", "seed": 243}, {**text, "seed": 244}
    yield "chained-batch", {**prior, "num_images_per_prompt": 2, "seed": 245}, {**text, "num_images_per_prompt": 2, "seed": 246}
    yield "chained-seeds", {**prior, "num_images_per_prompt": 2, "seed": [247, 248]}, {**text, "seed": [249, 250]}
    yield "chained-unguided", {**prior, "guidance_scale": 1.0, "seed": 254}, {**text, "guidance_scale": 1.0, "seed": 255}
    yield "chained-img2img", prior, {**text, "kind": "img2img", "strength": 0.6, "images": ["large.png"], "seed": 251}
    yield ("chained-img2img-batch", {**prior, "seed": 252},
           {**text, "kind": "img2img", "strength": 0.6, "images": ["large.png"], "num_images_per_prompt": 2, "seed": 253})


def movq_of():
    return VQModel(
        block_out_channels=(32, 32, 32), layers_per_block=1, norm_num_groups=2, norm_type="spatial", latent_channels=4,
        vq_embed_dim=4, num_vq_embeddings=12, sample_size=64,
        down_block_types=("DownEncoderBlock2D",) * 2 + ("AttnDownEncoderBlock2D",),
        up_block_types=("AttnUpDecoderBlock2D",) + ("UpDecoderBlock2D",) * 2)


def unet_of():
    return UNet2DConditionModel(
        block_out_channels=(8, 16), layers_per_block=1, sample_size=8, in_channels=4, out_channels=8,
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"), mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        addition_embed_type="image", encoder_hid_dim_type="image_proj", encoder_hid_dim=WIDTH, cross_attention_dim=16,
        attention_head_dim=4, norm_num_groups=4, resnet_time_scale_shift="scale_shift")


def prior_of():
    return PriorTransformer(num_attention_heads=2, attention_head_dim=12, embedding_dim=WIDTH, num_layers=2)


def text_encoder_of(vocabulary):
    return CLIPTextModelWithProjection(CLIPTextConfig(
        vocab_size=vocabulary, hidden_size=WIDTH, projection_dim=WIDTH, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=77, bos_token_id=vocabulary - 2, eos_token_id=vocabulary - 1,
        pad_token_id=0, initializer_range=0.2))


def image_encoder_of():
    return CLIPVisionModelWithProjection(CLIPVisionConfig(
        hidden_size=WIDTH, projection_dim=WIDTH, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        image_size=28, patch_size=14))


def ddpm():
    # less noise than the real one's 0.00085 to 0.012: random networks remove none, and all pixels would be black or white
    return DDPMScheduler(beta_start=0.0001, beta_end=0.003, beta_schedule="linear", clip_sample=False,
                         variance_type="learned_range")


@torch.no_grad()
def calibrate(movq, unet, prior):
    for name, parameter in prior.named_parameters():
        if name in ("positional_embedding", "prd_embedding"):
            parameter.copy_(torch.randn_like(parameter) * 0.5)
    mask = torch.ones(4, 77)
    predicted = prior(torch.randn(4, WIDTH), torch.tensor([0, 300, 600, 999]), torch.randn(4, WIDTH),
                      torch.randn(4, 77, WIDTH), mask).predicted_image_embedding
    checkpoints.rescale(prior.proj_to_clip_embeddings, 1 / predicted.std())
    prior.clip_std.copy_(torch.rand_like(prior.clip_std) + 0.5)
    prior.clip_mean.copy_(torch.randn_like(prior.clip_mean) * 0.3)
    conditions = {"image_embeds": torch.randn(4, WIDTH)}
    predicted = unet(torch.randn(4, 4, 8, 8), torch.tensor([1, 300, 600, 999]), None, added_cond_kwargs=conditions).sample
    checkpoints.rescale(unet.conv_out, 0.6 / predicted.std())
    latents = movq.encode(torch.rand(4, 3, 64, 64) * 2 - 1).latents
    checkpoints.rescale(movq.quant_conv, 1 / latents.std())
    decoded = movq.decode(torch.randn(4, 4, 16, 16) * 2, force_not_quantize=True).sample
    checkpoints.rescale(movq.decoder.conv_out, 0.3 / decoded.std())


def make(prior_folder, decoder_folder):
    torch.manual_seed(25)
    vocabulary = checkpoints.write_tokenizer(prior_folder / "tokenizer", "!")
    movq, unet, prior = movq_of(), unet_of(), prior_of()
    text_encoder, image_encoder = text_encoder_of(vocabulary), image_encoder_of()
    calibrate(movq, unet, prior)
    for part in (movq, unet, prior, text_encoder, image_encoder):
        checkpoints.round_to_half(part)
        print(f"  {NAME} {type(part).__name__}: {sum(p.numel() for p in part.parameters())} parameters")
    KandinskyV22PriorPipeline(
        prior=prior.eval(), image_encoder=image_encoder.eval(), text_encoder=text_encoder.eval(),
        tokenizer=CLIPTokenizer.from_pretrained(prior_folder / "tokenizer"),
        scheduler=UnCLIPScheduler(variance_type="fixed_small_log", prediction_type="sample", num_train_timesteps=1000,
                                  clip_sample=True, clip_sample_range=5.0),
        image_processor=CLIPImageProcessor(size={"shortest_edge": 28}, crop_size=28)).save_pretrained(prior_folder)
    KandinskyV22Pipeline(unet=unet.eval(), scheduler=ddpm(), movq=movq.eval()).save_pretrained(decoder_folder)


@functools.cache
def load(prior_folder, decoder_folder):
    prior = KandinskyV22PriorPipeline.from_pretrained(prior_folder)
    prior.tokenizer = CLIPTokenizerFast.from_pretrained(prior_folder / "tokenizer")
    decoder = KandinskyV22Pipeline.from_pretrained(decoder_folder)
    parts = {f"prior_{name}": part for name, part in prior.components.items()}
    text = KandinskyV22CombinedPipeline(**decoder.components, **parts)
    image = KandinskyV22Img2ImgCombinedPipeline(**decoder.components, **parts)
    for pipeline in (prior, text.prior_pipe, text.decoder_pipe, image.prior_pipe, image.decoder_pipe):
        pipeline.set_progress_bar_config(disable=True)
    return text, image


def generator_of(seed):
    return [torch.Generator().manual_seed(s) for s in seed] if isinstance(seed, list) else torch.Generator().manual_seed(seed)


def opened(case, inputs):
    return [Image.open(inputs / name if (inputs / name).exists() else inputs.parent / name).convert("RGB") for name in case["images"]]


def scheduler_of(case):
    if "scheduler" not in case:
        return ddpm()
    # the pipelines look for a variance_type in the configuration of any class, and other classes take no variance
    config = {name: value for name, value in ddpm().config.items() if name != "variance_type"}
    return getattr(diffusers, case["scheduler"]).from_config(config, **case["scheduler_options"])


@torch.no_grad()
def decoded(pipeline, latents):
    images = pipeline.movq.decode(latents, force_not_quantize=True).sample
    images = (images * 0.5 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).float().numpy()
    return pipeline.numpy_to_pil(images)


def run(folders, case, inputs):
    text, image = load(*folders)
    pipeline = text if case["kind"] == "text2img" else image
    pipeline.decoder_pipe.scheduler = scheduler_of(case)
    names = ("prompt", "negative_prompt", "num_inference_steps", "guidance_scale", "width", "height", "strength",
             "prior_num_inference_steps", "prior_guidance_scale", "num_images_per_prompt")
    kwargs = {name: case[name] for name in names if name in case}
    if "images" in case:
        kwargs["image"] = opened(case, inputs)
        kwargs["prompt"] = [case["prompt"]] * len(kwargs["image"])
        if "negative_prompt" in case:
            kwargs["negative_prompt"] = [case["negative_prompt"]] * len(kwargs["image"])
    latents = pipeline(generator=generator_of(case["seed"]), output_type="latent", **kwargs)
    latents = latents[0] if isinstance(latents, tuple) else latents.images
    return latents, decoded(text, latents)


def run_chained(folders, prior, case, inputs):
    text, image = load(*folders)
    prior = {**prior, "generator": generator_of(prior["seed"])}
    prior.pop("seed")
    embeds, negative = text.prior_pipe(**prior).to_tuple()
    pipeline = text.decoder_pipe if case["kind"] == "text2img" else image.decoder_pipe
    pipeline.scheduler = ddpm()
    names = ("num_inference_steps", "guidance_scale", "width", "height", "strength", "num_images_per_prompt")
    kwargs = {name: case[name] for name in names if name in case}
    if "images" in case:
        kwargs["image"] = opened(case, inputs)
    latents = pipeline(image_embeds=embeds, negative_image_embeds=negative, generator=generator_of(case["seed"]),
                       output_type="latent", **kwargs).images
    return latents, decoded(text, latents), {"image_embeds": embeds, "negative_image_embeds": negative}


def record_chained(folders, folder):
    recorded = []
    for name, prior, case in chained_cases():
        latents, images, made = run_chained(folders, prior, case, folder)
        entry = recording.record(folder, f"{NAME}-{name}", NAME, {**case, "prior": prior}, latents, images)
        for which, embeds in made.items():
            file = f"{NAME}-{name}-{which.replace('_', '-')}.f32"
            (folder / file).write_bytes(embeds.numpy().astype("<f4").tobytes())
            entry[f"out_{which}"] = {"file": file, "shape": list(embeds.shape)}
        recorded.append(entry)
    (folder / "chained.json").write_text(recording.lines(recorded))


def main(scratch, out):
    folder, prior, decoder = out / NAME, scratch / f"{NAME}-prior", scratch / f"{NAME}-decoder"
    folder.mkdir(exist_ok=True)
    pipelines.picture(203, 150, 8).save(folder / "large.png")
    make(prior, decoder)
    checkpoints.export_with_ours(decoder, out / "checkpoints" / NAME, "--prior", str(prior))
    recorded = []
    for name, case in cases():
        latents, images = run((prior, decoder), case, folder)
        recorded.append(recording.record(folder, f"{NAME}-{name}", NAME, case, latents, images))
    recording.write_cases(folder, recorded)
    record_chained((prior, decoder), folder)
