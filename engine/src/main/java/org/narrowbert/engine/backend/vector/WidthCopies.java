package org.narrowbert.engine.backend.vector;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * One kernel class for several vector widths. The compiler makes good code only where the species is a constant, so a class that keeps it in a
 * static final field from {@link #species} is defined again, as a hidden class, for each width other than the machine's own.
 */
final class WidthCopies {
    private WidthCopies() {}

    /** The species of the class that asks: the width it was copied for, or the machine's preferred one in the class itself. */
    static VectorSpecies<Float> species(MethodHandles.Lookup kernel) {
        try {
            Integer bits = MethodHandles.classData(kernel, "_", Integer.class);
            return bits == null ? FloatVector.SPECIES_PREFERRED : species(bits);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /** The float vectors of 128, 256 or 512 bits. */
    static VectorSpecies<Float> species(int bits) {
        return VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
    }

    /**
     * An instance of a kernel class that works with vectors of the given width.
     *
     * @param lookup a lookup in the kernel's package
     * @param kernel a class with a constructor without parameters
     */
    static <K> K of(MethodHandles.Lookup lookup, Class<? extends K> kernel, int bits) {
        try {
            Class<?> copy = bits == FloatVector.SPECIES_PREFERRED.vectorBitSize() ? kernel : copy(lookup, kernel, bits);
            @SuppressWarnings("unchecked") // the copy implements what its original does
            K instance = (K) copy.getDeclaredConstructor().newInstance();
            return instance;
        } catch (NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new LinkageError("no kernel " + kernel.getName() + " for " + bits + " bits", e);
        }
    }

    private static Class<?> copy(MethodHandles.Lookup lookup, Class<?> kernel, int bits) throws IllegalAccessException {
        try (InputStream code = kernel.getResourceAsStream(kernel.getSimpleName() + ".class")) {
            if (code == null) {
                throw new AssertionError("no class file of " + kernel.getName());
            }
            return lookup.defineHiddenClassWithClassData(code.readAllBytes(), bits, true)
                    .lookupClass();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
