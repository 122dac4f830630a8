import org.jspecify.annotations.NullMarked;

/** The command line: one class a command. */
@NullMarked
module org.narrowbert.cli {
    requires info.picocli;
    requires java.desktop;
    requires java.management;
    requires jdk.management;
    // Signals, by way of JLine.
    requires jdk.unsupported;
    requires me.tongfei.progressbar;
    requires org.jline.terminal;
    requires org.narrowbert.ffm;
    requires org.narrowbert.model;
    requires tools.jackson.databind;
    requires xchart;
    requires static org.jspecify;

    // Commands and options have private fields, which picocli fills in.
    opens org.narrowbert.cli to
            info.picocli;
    opens org.narrowbert.cli.doctor to
            info.picocli;
    opens org.narrowbert.cli.finetune to
            info.picocli;
    opens org.narrowbert.cli.inference to
            info.picocli;
    opens org.narrowbert.cli.model to
            info.picocli;
    opens org.narrowbert.cli.options to
            info.picocli;
    opens org.narrowbert.cli.plan to
            info.picocli;
    opens org.narrowbert.cli.pretrain to
            info.picocli;
    opens org.narrowbert.cli.report to
            info.picocli;
    opens org.narrowbert.cli.run to
            info.picocli;
    // A private record is written as JSON.
    opens org.narrowbert.cli.text to
            info.picocli,
            tools.jackson.databind;
}
