"""Networks with random shapes and weights, in the space that published checkpoints come from.

The last layers are rescaled as in `checkpoints.py`, so that pictures use the whole range and prompts tell.
"""

import torch
from diffusers import AutoencoderKL, ControlNetModel, UNet2DConditionModel
from transformers import CLIPTextConfig

import checkpoints


def seldom(draw, options, name, values, chance=0.2):
    """Sets the option to one of the values; mostly leaves it at its default."""
    if draw.random() < chance:
        options[name] = draw.choice(values)


def text_config(draw, vocabulary, width, pad_token_id, heads=2):
    options = {}
    seldom(draw, options, "layer_norm_eps", [1e-3], 0.1)
    seldom(draw, options, "use_attention_mask", [False], 0.05)
    # published ones say 2 whatever the tokenizer says; then the last token is found as the one of the largest id
    eos = draw.choice([2, vocabulary - 1])
    return CLIPTextConfig(
        vocab_size=vocabulary, hidden_size=width, intermediate_size=draw.choice([width, 2 * width, 3 * width]),
        num_hidden_layers=draw.randint(2, 4), num_attention_heads=heads, max_position_embeddings=77,
        hidden_act=draw.choice(["quick_gelu", "gelu"]), projection_dim=draw.choice([width, 12, 20]), bos_token_id=0,
        eos_token_id=eos, pad_token_id=pad_token_id, initializer_range=0.2, initializer_factor=1.0, **options)


def attention_levels(draw, levels):
    """Which resolutions look at the prompt; at least one does."""
    kinds = [draw.random() < 0.6 for _ in range(levels)]
    if not any(kinds):
        kinds[draw.randrange(levels)] = True
    return kinds


def unet(draw, in_channels, out_channels, cross_attention_dim, **fixed):
    levels = draw.choice([1, 2, 2, 3, 3, 4])
    groups = draw.choice([2, 4, 8])
    channels = [8 * draw.randint(1, 4) for _ in range(levels)]
    looks = attention_levels(draw, levels)
    options = {
        "in_channels": in_channels, "out_channels": out_channels, "cross_attention_dim": cross_attention_dim,
        "block_out_channels": channels, "norm_num_groups": groups,
        "down_block_types": ["CrossAttnDownBlock2D" if look else "DownBlock2D" for look in looks],
        "up_block_types": ["CrossAttnUpBlock2D" if look else "UpBlock2D" for look in reversed(looks)],
        "layers_per_block": draw.choice([1, 1, 2]), "attention_head_dim": draw.choice([1, 2, 4, 8]),
        "sample_size": draw.choice([8, 12, 16]),
    }
    if draw.random() < 0.4:
        options["attention_head_dim"] = [draw.choice([1, 2, 4, 8]) for _ in range(levels)]
    seldom(draw, options, "use_linear_projection", [True], 0.5)
    seldom(draw, options, "upcast_attention", [True])
    seldom(draw, options, "only_cross_attention", [True, [draw.random() < 0.5 for _ in range(levels)]], 0.15)
    seldom(draw, options, "resnet_time_scale_shift", ["scale_shift"])
    seldom(draw, options, "act_fn", ["gelu", "mish", "swish", "relu"])
    seldom(draw, options, "transformer_layers_per_block", [2, [draw.randint(1, 2) for _ in range(levels)]])
    seldom(draw, options, "layers_per_block", [[draw.randint(1, 2) for _ in range(levels)]], 0.1)
    seldom(draw, options, "mid_block_type", ["UNetMidBlock2D", None], 0.1)
    seldom(draw, options, "time_embedding_type", ["fourier"], 0.05)
    seldom(draw, options, "center_input_sample", [True], 0.05)
    seldom(draw, options, "flip_sin_to_cos", [False], 0.1)
    seldom(draw, options, "freq_shift", [1], 0.1)
    seldom(draw, options, "norm_eps", [1e-3], 0.1)
    seldom(draw, options, "mid_block_scale_factor", [0.7], 0.1)
    seldom(draw, options, "timestep_post_act", ["silu"], 0.05)
    seldom(draw, options, "time_embedding_act_fn", ["silu"], 0.05)
    seldom(draw, options, "time_embedding_dim", [24], 0.05)
    seldom(draw, options, "dual_cross_attention", [True], 0.03)
    seldom(draw, options, "conv_in_kernel", [1, 5], 0.05)
    seldom(draw, options, "conv_out_kernel", [1, 5], 0.05)
    return UNet2DConditionModel(**{**options, **fixed}).eval()


@torch.no_grad()
def calibrate_unet(net, width, in_size=12, **conditions):
    """Noise of about unit variance that depends on the prompt, and on what else the network is told."""
    for name, parameter in net.named_parameters():
        if "weight" in name and ("attn2" in name or "add_embedding" in name):
            parameter.data *= 3
    sample = torch.randn(4, net.config.in_channels, in_size, in_size)
    predicted = net(sample, torch.tensor([1.0, 300.0, 600.0, 999.0]), torch.randn(4, 77, width), **conditions).sample
    checkpoints.rescale(net.conv_out, float(1 / predicted.std()))
    return net


@torch.no_grad()
def vae(draw, latent_channels=4, levels=None, scaling_factor=None, **fixed):
    levels = levels or draw.choice([3, 4, 4])
    channels = [4 * draw.randint(2, 4) for _ in range(levels)]
    factor = scaling_factor or draw.choice([0.18215, 0.13025, 0.08333, 1.0, 1.7])
    options = {
        "block_out_channels": channels, "down_block_types": ["DownEncoderBlock2D"] * levels,
        "up_block_types": ["UpDecoderBlock2D"] * levels, "latent_channels": latent_channels, "norm_num_groups": 2,
        "layers_per_block": draw.choice([1, 1, 2]), "scaling_factor": factor, "sample_size": draw.choice([32, 64, 96])}
    seldom(draw, options, "act_fn", ["mish", "gelu"], 0.1)
    seldom(draw, options, "force_upcast", [False])
    seldom(draw, options, "mid_block_add_attention", [False])
    seldom(draw, options, "shift_factor", [0.1159], 0.1)
    seldom(draw, options, "use_quant_conv", [False], 0.1)
    seldom(draw, options, "use_post_quant_conv", [False], 0.1)
    made = AutoencoderKL(**{**options, **fixed})
    images = torch.rand(4, 3, 64, 64) * 2 - 1
    moments = made.encode(images).latent_dist
    last = made.quant_conv or made.encoder.conv_out
    for values in (last.weight.data, last.bias.data):
        values[:latent_channels] *= 1 / (factor * moments.mean.std())
    last.bias.data[latent_channels:] -= 3  # log variances well below the means' spread
    decoded = made.decode(torch.randn(4, latent_channels, 8, 8) / factor).sample
    checkpoints.rescale(made.decoder.conv_out, float(0.45 / decoded.std()))
    return made.eval()


@torch.no_grad()
def controlnet(draw, of, latent_pixels):
    """For a UNet; its residuals are a tenth to a half of what they are added to. `latent_pixels`: the VAE's factor."""
    halvings = latent_pixels.bit_length() - 1
    made = ControlNetModel.from_unet(
        of, conditioning_embedding_out_channels=[4 * draw.randint(1, 3) for _ in range(halvings + 1)],
        controlnet_conditioning_channel_order=draw.choice(["rgb", "rgb", "bgr"]))
    made.register_to_config(global_pool_conditions=draw.random() < 0.15)
    torch.nn.init.normal_(made.controlnet_cond_embedding.conv_out.weight, std=0.4)
    for zero in [*made.controlnet_down_blocks, made.controlnet_mid_block]:
        torch.nn.init.normal_(zero.weight, std=0.4 / zero.weight.shape[1] ** 0.5)
        torch.nn.init.normal_(zero.bias, std=0.05)
    return made.eval()
