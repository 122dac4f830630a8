package org.narrowbert.ffm.library;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.ffm.library.NativeLibrary.Place;

/**
 * Where to look for one native library. The places, first hit wins: the folders of a system property, those of an
 * environment variable, {@code java.library.path}, the first known folders, the system's loader (its own variables and
 * cache), the last known folders.
 *
 * <p>The library is loaded by its absolute file name and from this module, so that bindings in this module resolve their
 * symbols without naming any library themselves.
 *
 * @param name what people call it
 * @param fileNames its file names, the most wanted first, as in {@code libcublas.so.13}, {@code libcublas.so.12}
 * @param property the system property that lists folders to look in before all others
 * @param variable the environment variable that does the same
 * @param firstFolders patterns of folders to look in before the system's loader is asked; a pattern may start with a
 *     variable in braces and hold wildcards
 * @param lastFolders patterns of folders to look in after it
 */
public record LibrarySearch(
        String name,
        List<String> fileNames,
        String property,
        String variable,
        List<String> firstFolders,
        List<String> lastFolders) {
    private static final Path MAPS = Path.of("/proc/self/maps");

    public LibrarySearch {
        fileNames = List.copyOf(fileNames);
        firstFolders = List.copyOf(firstFolders);
        lastFolders = List.copyOf(lastFolders);
        if (fileNames.isEmpty()) {
            throw new IllegalArgumentException("no file name is given for " + name);
        }
    }

    /** Looks in every place until the library is loaded. */
    public NativeLibrary find(Surroundings surroundings) {
        List<Place> lookedAt = new ArrayList<>();
        Optional<Path> file = inList("property " + property, surroundings.property(property), lookedAt)
                .or(() -> inList("variable " + variable, surroundings.variable(variable), lookedAt))
                .or(() -> inList("java.library.path", surroundings.property("java.library.path"), lookedAt))
                .or(() -> inPatterns(firstFolders, surroundings, lookedAt))
                .or(() -> byLoader(lookedAt))
                .or(() -> inPatterns(lastFolders, surroundings, lookedAt));
        return file.<NativeLibrary>map(found -> new NativeLibrary.Found(name, found, Optional.empty(), lookedAt))
                .orElseGet(() -> new NativeLibrary.Missing(name, lookedAt));
    }

    private Optional<Path> inList(String source, Optional<String> folders, List<Place> lookedAt) {
        if (folders.isEmpty()) {
            lookedAt.add(new Place(source, "not set"));
            return Optional.empty();
        }
        for (String folder : folders.get().split(File.pathSeparator)) {
            if (!folder.isBlank()) {
                Optional<Path> file = inFolder(source + ", " + folder, folder, lookedAt);
                if (file.isPresent()) {
                    return file;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Path> inPatterns(List<String> patterns, Surroundings surroundings, List<Place> lookedAt) {
        for (String text : patterns) {
            FolderPattern pattern = new FolderPattern(text);
            List<Path> folders = pattern.folders(surroundings);
            if (folders.isEmpty()) {
                boolean unset = pattern.variable()
                        .filter(needed -> surroundings.variable(needed).isEmpty())
                        .isPresent();
                lookedAt.add(new Place(text, unset ? "the variable is not set" : "no such folder"));
            }
            for (Path folder : folders) {
                Optional<Path> file = inFolder(folder.toString(), folder.toString(), lookedAt);
                if (file.isPresent()) {
                    return file;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Path> inFolder(String where, String folder, List<Place> lookedAt) {
        Path directory;
        try {
            directory = Path.of(folder.strip()).toAbsolutePath();
        } catch (InvalidPathException exception) {
            lookedAt.add(new Place(where, "not a path"));
            return Optional.empty();
        }
        if (!Files.isDirectory(directory)) {
            lookedAt.add(new Place(where, "no such folder"));
            return Optional.empty();
        }
        List<String> refusals = new ArrayList<>();
        for (String fileName : fileNames) {
            Path file = directory.resolve(fileName);
            if (Files.exists(file)) {
                Optional<String> refusal = load(file);
                if (refusal.isEmpty()) {
                    lookedAt.add(new Place(where, "holds " + fileName));
                    return Optional.of(file);
                }
                refusals.add(fileName + " is there but does not load: " + refusal.get());
            }
        }
        lookedAt.add(new Place(
                where, refusals.isEmpty() ? "no " + String.join(" or ", fileNames) : String.join("; ", refusals)));
        return Optional.empty();
    }

    /** Lets the system's loader find a file name, asks the process's map where it was, and loads that file. */
    @SuppressWarnings("restricted")
    private Optional<Path> byLoader(List<Place> lookedAt) {
        String where = "the system's loader";
        if (!Files.isReadable(MAPS)) {
            lookedAt.add(new Place(where, "not asked: this system does not tell where a library was found"));
            return Optional.empty();
        }
        List<String> refusals = new ArrayList<>();
        for (String fileName : fileNames) {
            try {
                SymbolLookup.libraryLookup(fileName, Arena.global());
            } catch (IllegalArgumentException absent) {
                refusals.add("no " + fileName);
                continue;
            }
            Optional<Path> file = mapped(fileName);
            Optional<String> refusal = file.map(LibrarySearch::load).orElse(Optional.of("its file is not in " + MAPS));
            if (refusal.isEmpty()) {
                lookedAt.add(new Place(where, "finds " + file.get()));
                return file;
            }
            refusals.add(fileName + " is found but does not load: " + refusal.get());
        }
        lookedAt.add(new Place(where, String.join("; ", refusals)));
        return Optional.empty();
    }

    /** The file that is mapped into this process under a file name, links of the loader's folders aside. */
    private static Optional<Path> mapped(String fileName) {
        try {
            return Files.readAllLines(MAPS).stream()
                    .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                    .filter(path -> path.startsWith("/"))
                    .filter(path -> path.substring(path.lastIndexOf('/') + 1).startsWith(fileName))
                    .map(Path::of)
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Loads a file.
     *
     * @return why it does not load
     */
    @SuppressWarnings("restricted")
    private static Optional<String> load(Path file) {
        try {
            System.load(file.toString());
            return Optional.empty();
        } catch (UnsatisfiedLinkError error) {
            return Optional.of(String.valueOf(error.getMessage()));
        }
    }
}
