package org.narrowbert.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.narrowbert.cli.report.Report;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.data.corpus.PreparedCorpus;
import org.narrowbert.model.files.DurableFolder;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.files.FolderLock;
import org.narrowbert.model.training.log.EventLog;
import org.narrowbert.model.training.log.MetricsLog;

/**
 * What a run leaves in its folder that failed, or was killed, before it saved anything. Another run may begin there, unless something else lies
 * in the folder: that is someone's own.
 *
 * @param folder of the run
 */
record FailedStart(Path folder) {
    /** What a run writes before its first checkpoint, once its record is there. */
    private static final Set<String> BEGUN =
            Set.of(RunFolder.DATA, Report.PLAN, MetricsLog.FILE_NAME, EventLog.FOLDER_NAME);

    /** Half of a file or folder that a process was killed in. */
    private static final Pattern HALF = Pattern.compile("\\.(writable.*|data\\.(tmp|gone)|checkpoint-\\d+\\.(tmp|gone)"
            + "|(training_args\\.yaml|plan\\.txt|metrics\\.jsonl)\\.tmp)");

    /** Whether a run began here and left nothing that was saved, and nothing of anyone else's is in the folder. */
    boolean isThere() {
        return Files.isRegularFile(folder.resolve(FolderLock.FILE))
                && names(folder).stream().allMatch(this::isOfTheRun)
                && holdsOnly(EventLog.FOLDER_NAME, EventLog::isFileName)
                && holdsOnly(RunFolder.DATA, PreparedCorpus::isFileName);
    }

    private boolean isOfTheRun(String name) {
        return name.equals(FolderLock.FILE)
                || name.equals(RunConfig.FILE)
                || HALF.matcher(name).matches()
                || (BEGUN.contains(name) && Files.isRegularFile(folder.resolve(RunConfig.FILE)));
    }

    private boolean holdsOnly(String inner, Predicate<String> ours) {
        return names(folder.resolve(inner)).stream().allMatch(ours);
    }

    /**
     * Removes it all, for the one process that may write here. The record goes last: a part that is left is a failed start, too.
     *
     * @param begun told when a run had indeed begun
     */
    void clear(Runnable begun) {
        List<String> names = names(folder);
        if (names.contains(RunConfig.FILE)) {
            begun.run();
        }
        names.stream().filter(name -> !name.equals(RunConfig.FILE)).forEach(this::remove);
        names.stream().filter(name -> name.equals(RunConfig.FILE)).forEach(this::remove);
    }

    private void remove(String name) {
        Path found = folder.resolve(name);
        if (name.equals(FolderLock.FILE)) {
            return;
        }
        if (Files.isDirectory(found)) {
            DurableFolder.remove(found);
            return;
        }
        try {
            Files.deleteIfExists(found);
        } catch (IOException error) {
            throw FileProblem.removing(found, error);
        }
    }

    private static List<String> names(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        } catch (IOException error) {
            throw FileProblem.reading(folder, error);
        }
    }
}
