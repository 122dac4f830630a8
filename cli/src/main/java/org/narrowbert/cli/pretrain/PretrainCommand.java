package org.narrowbert.cli.pretrain;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.cli.exit.Interrupts;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.cli.run.OpenRun;
import org.narrowbert.cli.run.RunBeginning;
import org.narrowbert.cli.run.RunFolder;
import org.narrowbert.cli.run.RunRecord;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.model.checkpoint.run.RunCheckpoint;
import org.narrowbert.model.checkpoint.run.RunCheckpoints;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.data.corpus.PreparedCorpus;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.training.PretrainingData;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Pretrains a masked language model from text, and saves it as a Hugging Face directory. */
@Command(
        name = "pretrain",
        description = "Pretrains a masked language model on text and saves it as a Hugging Face directory.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert pretrain --output-dir runs/first",
            "  ./narrowbert pretrain --output-dir runs/books --train-file books.txt \\",
            "      --layout context-first --size mini --max-steps 10000",
            "  ./narrowbert pretrain --config run.yaml --learning-rate 3e-4"
        })
public final class PretrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private PretrainOptions options = new PretrainOptions();

    private PretrainCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        OutputDirectory output = options.run().output();
        options.check();
        try (Interrupts interrupts = Interrupts.listenForRun(spec.commandLine().getErr());
                RunFolder folder = RunFolder.open(output, out::println)) {
            // Once more: a run that ended while this one began has left something.
            options.run().output();
            new RunCheckpoints(folder.path()).settle();
            Optional<RunCheckpoint> checkpoint = options.checkpoint(out);
            boolean sameText = begin(folder, checkpoint, out);
            options.checkText(folder, sameText);
            try (Tokenizer tokenizer = options.tokenizer()) {
                BertConfig config = options.config(tokenizer);
                try (PreparedCorpus text = options.text(tokenizer, folder, sameText, interrupts, out)) {
                    PretrainingData data = options.data(text, tokenizer);
                    options.compute().fallback().ifPresent(out::println);
                    return pretrain(
                            new RunTask(
                                    tokenizer,
                                    config,
                                    text,
                                    data,
                                    options.settings(data),
                                    options.gemm(config, data, out),
                                    checkpoint),
                            folder,
                            interrupts,
                            out);
                }
            }
        }
    }

    /**
     * Says so where a run begins that could have been resumed, and removes what a failed start left.
     *
     * @return whether text that lies prepared in the folder is that of this run
     */
    private boolean begin(RunFolder folder, Optional<RunCheckpoint> checkpoint, PrintWriter out) {
        boolean startsOver = RunBeginning.clear(folder.path(), options.run().resumes(), checkpoint.isPresent(), out);
        return checkpoint.isPresent()
                ? !startsOver
                : options.run().resumes() && RunRecord.isOfSameText(spec, folder.path());
    }

    private int pretrain(RunTask task, RunFolder folder, Interrupts interrupts, PrintWriter out) {
        task.checkpoint()
                .ifPresent(
                        from -> task.settings().requireReachable(from.progress().step()));
        RunConfig told = options.record(spec, task);
        task.checkpoint().ifPresent(from -> RunRecord.refuseDifferences(told, from.folder()));
        task.requireSameRun(options.seed());
        try (Backend backend = options.backend(task.gemm());
                PretrainingSubject subject = PretrainingSubject.open(options, task, backend);
                OpenRun<Batch> run = OpenRun.open(options.run(), subject, "pretrain", folder, backend, out)) {
            return run.run(told, task.checkpoint(), interrupts);
        }
    }
}
