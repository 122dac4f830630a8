package org.narrowbert.engine.backend.vector;

import java.lang.invoke.MethodHandles;

/**
 * The kernels of one vector width: they read the same panels and give the same bits, and differ in the rows of a tile.
 *
 * @param tall the kernel of most products
 * @param low the one with fewer rows, for products that it wastes fewer on
 */
record GemmKernels(GemmMicroKernel tall, GemmMicroKernel low) {
    /** The low kernel must leave out a row in so many that the tall one would compute: it loads more for each multiply-add. */
    private static final int WORTH_A_ROW_IN = 20;

    /** The kernels for vectors of 128, 256 or 512 bits. */
    static GemmKernels of(int vectorBits) {
        if (vectorBits == 512) {
            return new GemmKernels(new GemmKernel6x4(), new GemmKernel4x4());
        }
        return new GemmKernels(
                WidthCopies.of(MethodHandles.lookup(), GemmKernel5x2.class, vectorBits),
                WidthCopies.of(MethodHandles.lookup(), GemmKernel4x2.class, vectorBits));
    }

    /** The kernel of the same panels where they are stored as bfloat16. */
    static Bfloat16MicroKernel ofBfloat16(int vectorBits) {
        return vectorBits == 512
                ? new Bfloat16Kernel4x4()
                : WidthCopies.of(MethodHandles.lookup(), Bfloat16Kernel4x2.class, vectorBits);
    }

    /** The kernel for a product of so many rows. */
    GemmMicroKernel forRows(int rows) {
        int tallRows = computed(tall, rows);
        return (tallRows - computed(low, rows)) * WORTH_A_ROW_IN >= tallRows ? low : tall;
    }

    /** Rows that whole tiles have. */
    private static int computed(GemmMicroKernel kernel, int rows) {
        return Math.ceilDiv(rows, kernel.height()) * kernel.height();
    }
}
