package org.narrowbert.cli.report;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.narrowbert.engine.error.UserError;

/** Short names of runs: as many of each folder's last parts as tell all of them apart. */
final class RunNames {
    private RunNames() {}

    /**
     * A name for each folder.
     *
     * @throws UserError when a folder is there twice
     */
    static List<String> of(List<Path> folders) {
        List<Path> whole = folders.stream()
                .map(folder -> folder.toAbsolutePath().normalize())
                .toList();
        HashSet<Path> seen = new HashSet<>();
        for (int i = 0; i < whole.size(); i++) {
            if (!seen.add(whole.get(i))) {
                throw new UserError("the run " + folders.get(i) + " is named twice: name each once");
            }
        }
        int parts = 1;
        List<String> names = names(whole, parts);
        while (new HashSet<>(names).size() < names.size()) {
            names = names(whole, ++parts);
        }
        return names;
    }

    private static List<String> names(List<Path> folders, int parts) {
        return folders.stream()
                .map(folder -> folder.getNameCount() <= parts
                        ? folder
                        : folder.subpath(folder.getNameCount() - parts, folder.getNameCount()))
                .map(name -> name.toString().replace('\\', '/'))
                .toList();
    }
}
