import org.jspecify.annotations.NullMarked;

/** Graphs over row sets, their plans, the backends that run them, and the optimizer. */
@NullMarked
module org.narrowbert.engine {
    requires org.narrowbert.ffm;
    requires static jdk.incubator.vector;
    requires static org.jspecify;

    exports org.narrowbert.engine.error;
    exports org.narrowbert.engine.tensor;
    exports org.narrowbert.engine.threads;
}
