package org.narrowbert.ffm.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The process's standard error, descriptor 2.
 *
 * <p>A launcher that filters the JVM's own first words keeps the real standard error open under another number; the
 * program takes it back with {@link #restoreFrom} and from then on writes to it directly. The descriptor is duplicated,
 * not reopened by path: text of standard output and standard error that go to one file then keep one position.
 */
public final class StandardError {
    private static final int NUMBER = 2;

    private StandardError() {}

    /**
     * Makes descriptor 2 the same open file as the given one, and closes the given one. Does nothing where the system
     * has no such call or refuses: standard error then stays what it was.
     *
     * @param descriptor number of an open descriptor, 3 or more
     */
    @SuppressWarnings("restricted")
    public static void restoreFrom(int descriptor) {
        if (descriptor <= NUMBER) {
            throw new IllegalArgumentException("descriptor " + descriptor + " is not 3 or more");
        }
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor twoNumbers =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        FunctionDescriptor oneNumber = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        var duplicateOnto = linker.defaultLookup().find("dup2");
        var closeDescriptor = linker.defaultLookup().find("close");
        if (duplicateOnto.isEmpty() || closeDescriptor.isEmpty()) {
            return;
        }
        MethodHandle dup2 = linker.downcallHandle(duplicateOnto.get(), twoNumbers);
        MethodHandle close = linker.downcallHandle(closeDescriptor.get(), oneNumber);
        try {
            if ((int) dup2.invokeExact(descriptor, NUMBER) == NUMBER) {
                int ignored = (int) close.invokeExact(descriptor);
            }
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new AssertionError("dup2 and close throw nothing", impossible);
        }
    }
}
