package org.narrowbert.model.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Files whose writing calls (write, force, create, rename, delete) are counted and fail on purpose. Paths made by {@link #path} go through it;
 * everything else of the JDK's file API works on them as on any other.
 */
public final class FaultyFiles {
    /** What happens at the call that fails. */
    public enum Fault {
        /** Nothing is done, and the call reports a failure. */
        FAILS,
        /** A write does half of its work and reports a failure; other calls fail. */
        TEARS,
        /** As {@link #TEARS}, and no call works from then on: what is on disk now is what a process that was killed here leaves. */
        DIES
    }

    private final FaultyFileSystem fileSystem = new FaultyFileSystem(this);
    private Fault fault = Fault.FAILS;
    private int calls;
    private int failing = Integer.MAX_VALUE;
    private String reason = "Input/output error";
    private String unreadable = "";

    /** Files that work. */
    public FaultyFiles() {}

    /** From now on the call of this number, counted from 1, fails. */
    public void failAt(int call, Fault how) {
        calls = 0;
        failing = call;
        fault = how;
    }

    /** Says why calls fail, as the operating system would. */
    public void because(String text) {
        reason = text;
    }

    /** From now on no file of this name can be read. */
    public void refuseReading(String name) {
        unreadable = name;
    }

    /** Lets a file be opened to read it, or not. */
    void read(Path file) throws IOException {
        if (file.endsWith(unreadable)) {
            throw failure(file.toString());
        }
    }

    /** Calls since {@link #failAt}, or since the start. */
    public int calls() {
        return calls;
    }

    /** A path whose calls are counted. */
    public Path path(Path real) {
        return new FaultyPath(fileSystem, real);
    }

    /** Counts a call that is not a write. */
    void call(String file) throws IOException {
        calls++;
        if (isFailing()) {
            throw failure(file);
        }
    }

    /** Counts a write; how many of its bytes it may do, which is fewer than asked for when it then fails. */
    int write(int bytes, String file) throws IOException {
        calls++;
        if (!isFailing()) {
            return bytes;
        }
        if (fault == Fault.FAILS || calls > failing) {
            throw failure(file);
        }
        return bytes / 2;
    }

    /** Whether the call that was counted last fails. */
    boolean isFailing() {
        return calls == failing || (fault == Fault.DIES && calls > failing);
    }

    IOException failure(String file) {
        return new FileSystemException(file, null, reason);
    }
}
