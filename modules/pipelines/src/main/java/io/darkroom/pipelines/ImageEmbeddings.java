package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;

/**
 * What Kandinsky's decoder is told instead of a text: CLIP's view of pictures that nobody has made yet.
 *
 * @param wanted {@code image_embeds}, {@code [n, width]}
 * @param unwanted {@code negative_image_embeds}, as many
 */
record ImageEmbeddings(Tensor wanted, Tensor unwanted) {}
