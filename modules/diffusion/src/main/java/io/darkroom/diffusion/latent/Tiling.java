package io.darkroom.diffusion.latent;

import io.darkroom.diffusion.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a large picture into tiles that overlap by a quarter, and puts together what a network made of them, as diffusers'
 * {@code AutoencoderKL} does after {@code enable_vae_tiling}: a tile's upper and left edge fade into its neighbours.
 *
 * @param tile side of a tile that goes in
 * @param made side of what is made of a whole one
 */
public record Tiling(int tile, int made) {
    private static final double OVERLAP = 0.25;

    /** Whether there is more than one tile in {@code [1, c, height, width]}. */
    public boolean cuts(Tensor picture) {
        return picture.dimension(2) > tile || picture.dimension(3) > tile;
    }

    /** Rows of tiles; those at the right and at the bottom may be smaller. */
    public List<List<Tensor>> cut(Tensor picture) {
        int step = (int) (tile * (1 - OVERLAP));
        List<List<Tensor>> rows = new ArrayList<>();
        for (int top = 0; top < picture.dimension(2); top += step) {
            List<Tensor> row = new ArrayList<>();
            for (int left = 0; left < picture.dimension(3); left += step) {
                row.add(part(picture, top, left, tile, tile));
            }
            rows.add(row);
        }
        return rows;
    }

    /** The whole of what was made of all tiles, which are changed by it. */
    public Tensor join(List<List<Tensor>> rows) {
        int blend = (int) (made * OVERLAP);
        int kept = made - blend;
        List<List<Tensor>> cropped = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            List<Tensor> row = rows.get(i);
            List<Tensor> line = new ArrayList<>();
            for (int j = 0; j < row.size(); j++) {
                Tensor one = row.get(j);
                if (i > 0) {
                    blendDown(rows.get(i - 1).get(j), one, blend);
                }
                if (j > 0) {
                    blendRight(row.get(j - 1), one, blend);
                }
                line.add(part(one, 0, 0, kept, kept));
            }
            cropped.add(line);
        }
        return together(cropped);
    }

    private static void blendDown(Tensor above, Tensor below, int most) {
        int extent = Math.min(Math.min(above.dimension(2), below.dimension(2)), most);
        int from = above.dimension(2) - extent;
        for (int channel = 0; channel < below.dimension(1); channel++) {
            for (int y = 0; y < extent; y++) {
                for (int x = 0; x < below.dimension(3); x++) {
                    fade(above, at(above, channel, from + y, x), below, at(below, channel, y, x), y, extent);
                }
            }
        }
    }

    private static void blendRight(Tensor left, Tensor right, int most) {
        int extent = Math.min(Math.min(left.dimension(3), right.dimension(3)), most);
        int from = left.dimension(3) - extent;
        for (int channel = 0; channel < right.dimension(1); channel++) {
            for (int y = 0; y < right.dimension(2); y++) {
                for (int x = 0; x < extent; x++) {
                    fade(left, at(left, channel, y, from + x), right, at(right, channel, y, x), x, extent);
                }
            }
        }
    }

    /** Weights are made in double and rounded once, as torch does with a Python number. */
    private static void fade(Tensor from, int source, Tensor to, int target, int position, int extent) {
        double part = (double) position / extent;
        to.data()[target] = from.data()[source] * (float) (1 - part) + to.data()[target] * (float) part;
    }

    private static int at(Tensor picture, int channel, int y, int x) {
        return (channel * picture.dimension(2) + y) * picture.dimension(3) + x;
    }

    private static Tensor part(Tensor picture, int top, int left, int mostHeight, int mostWidth) {
        int height = Math.min(mostHeight, picture.dimension(2) - top);
        int width = Math.min(mostWidth, picture.dimension(3) - left);
        Tensor part = Tensor.zeros(1, picture.dimension(1), height, width);
        for (int channel = 0; channel < picture.dimension(1); channel++) {
            for (int y = 0; y < height; y++) {
                System.arraycopy(
                        picture.data(),
                        at(picture, channel, top + y, left),
                        part.data(),
                        at(part, channel, y, 0),
                        width);
            }
        }
        return part;
    }

    private static Tensor together(List<List<Tensor>> rows) {
        int channels = rows.getFirst().getFirst().dimension(1);
        int height = rows.stream().mapToInt(row -> row.getFirst().dimension(2)).sum();
        int width = rows.getFirst().stream().mapToInt(tile -> tile.dimension(3)).sum();
        Tensor whole = Tensor.zeros(1, channels, height, width);
        int top = 0;
        for (List<Tensor> row : rows) {
            int left = 0;
            for (Tensor tile : row) {
                place(tile, whole, top, left);
                left += tile.dimension(3);
            }
            top += row.getFirst().dimension(2);
        }
        return whole;
    }

    private static void place(Tensor tile, Tensor whole, int top, int left) {
        for (int channel = 0; channel < tile.dimension(1); channel++) {
            for (int y = 0; y < tile.dimension(2); y++) {
                System.arraycopy(
                        tile.data(),
                        at(tile, channel, y, 0),
                        whole.data(),
                        at(whole, channel, top + y, left),
                        tile.dimension(3));
            }
        }
    }
}
