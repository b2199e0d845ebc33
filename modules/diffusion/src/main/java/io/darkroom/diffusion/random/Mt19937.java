package io.darkroom.diffusion.random;

/**
 * The Mersenne Twister MT19937 (M. Matsumoto and T. Nishimura, ACM TOMACS 8(1), 1998), seeded with
 * one 32-bit word by the 2002 revision of {@code init_genrand}.
 */
final class Mt19937 {
    private static final int WORDS = 624;
    private static final int MIDDLE = 397;
    private static final int MATRIX = 0x9908b0df;
    private static final int UPPER_BIT = 0x80000000;
    private static final int LOWER_BITS = 0x7fffffff;

    private final int[] state = new int[WORDS];
    private int next = WORDS;

    Mt19937(int seed) {
        state[0] = seed;
        for (int i = 1; i < WORDS; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** The next 32 random bits. */
    int nextWord() {
        if (next == WORDS) {
            twist();
        }
        int word = state[next++];
        word ^= word >>> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >>> 18);
    }

    private void twist() {
        for (int i = 0; i < WORDS; i++) {
            int mixed = (state[i] & UPPER_BIT) | (state[(i + 1) % WORDS] & LOWER_BITS);
            int twisted = (mixed >>> 1) ^ ((mixed & 1) == 0 ? 0 : MATRIX);
            state[i] = state[(i + MIDDLE) % WORDS] ^ twisted;
        }
        next = 0;
    }
}
