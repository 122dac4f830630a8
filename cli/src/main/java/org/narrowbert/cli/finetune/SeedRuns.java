package org.narrowbert.cli.finetune;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.cli.run.RunOptions;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.files.FolderLock;
import org.narrowbert.model.finetuning.SeedSummary;
import org.narrowbert.model.finetuning.TaskResults;

/**
 * Runs of several seeds, each in a folder of its own.
 *
 * @param run about all runs
 * @param seeds one for each run
 */
record SeedRuns(RunOptions run, List<Long> seeds) {
    /** One of the runs. */
    interface Run {
        /**
         * Trains.
         *
         * @param results told what the run came to, if it came to its end
         * @return the process's exit code
         */
        int train(RunOptions own, long seed, Consumer<TaskResults> results);
    }

    /**
     * Refuses before the first run what would be refused before the last.
     *
     * @throws UserError when one run's checkpoint is named, or there is something in the folder of a run
     */
    void check() {
        if (run.namesCheckpoint()) {
            throw new UserError("--resume-from-checkpoint names the checkpoint of one run, and --seeds is for several:"
                    + " leave out one of the two, or the checkpoint's name to go on with all");
        }
        OutputDirectory.check(run.outputDirectory(), true, true);
        FolderLock.requireFree(run.outputDirectory());
        seeds.forEach(seed -> within(seed).output());
    }

    private RunOptions within(long seed) {
        return run.within("seed-" + seed);
    }

    /** Removes what is in the folder of all runs of earlier ones, once a run begins that is told to replace them. */
    void begin() {
        if (run.startsOver()) {
            new RunCheckpoints(run.outputDirectory()).clear();
        }
    }

    /**
     * Trains once with each seed, and sums up the runs that came to their end.
     *
     * @return the process's exit code
     */
    int trainAll(Run each, PrintWriter out) {
        SequencedMap<Long, TaskResults> results = new LinkedHashMap<>();
        for (long seed : seeds) {
            RunOptions own = within(seed);
            out.println("seed %d, in %s".formatted(seed, own.outputDirectory()));
            int code = each.train(own, seed, found -> results.put(seed, found));
            if (code != 0) {
                return code;
            }
        }
        out.println();
        SeedSummary summary = SeedSummary.of(results);
        if (!summary.seeds().isEmpty()) {
            summary.write(run.outputDirectory()).lines().forEach(out::println);
        }
        tellOfOthers("did not come to their end, which --resume-from-checkpoint does", results.keySet()::contains, out);
        tellOfOthers(
                "have no figures: name a --validation-file",
                seed -> !results.containsKey(seed) || summary.seeds().contains(seed),
                out);
        return 0;
    }

    private void tellOfOthers(String what, Predicate<Long> counts, PrintWriter out) {
        String others = seeds.stream()
                .filter(seed -> !counts.test(seed))
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            out.println("not counted are the runs of seeds " + others + ", which " + what);
        }
    }
}
