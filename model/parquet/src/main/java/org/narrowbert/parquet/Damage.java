package org.narrowbert.parquet;

import org.jspecify.annotations.Nullable;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.DocumentFile;

/** Bytes of a Parquet file that cannot be what they claim to be; the message says what, the catcher where. */
final class Damage extends Exception {
    private static final long serialVersionUID = 1;

    Damage(String what) {
        super(what);
    }

    /** What the metadata must have, or else they are refused. */
    static <T> T present(@Nullable T value, String what) throws Damage {
        if (value == null) {
            throw new Damage("its metadata have no " + what);
        }
        return value;
    }

    /** Refuses what does not hold. */
    static void unless(boolean holds, String what) throws Damage {
        if (!holds) {
            throw new Damage(what);
        }
    }

    /** The refusal of a file whose values cannot be read. The library trusts the bytes it decodes, and tells of damage by exceptions of any kind. */
    static RunError within(DocumentFile file, int group, long position, Exception error) {
        return new RunError(
                file + " is damaged in row group " + group + ", before byte " + position + ": "
                        + (error instanceof RuntimeException ? "its values cannot be decoded" : error.getMessage()),
                error);
    }
}
