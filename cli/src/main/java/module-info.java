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

    opens org.narrowbert.cli to
            info.picocli,
            tools.jackson.databind;
}
