import org.jspecify.annotations.NullMarked;

/** The command line: one class a command. */
@NullMarked
module org.narrowbert.cli {
    requires org.narrowbert.ffm;
    requires org.narrowbert.model;
    requires info.picocli;
    requires static org.jspecify;

    opens org.narrowbert.cli to
            info.picocli;
}
