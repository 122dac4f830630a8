import org.jspecify.annotations.NullMarked;

/** Off-heap memory, library lookup and bindings: the only module that calls restricted methods of the foreign function API. */
@NullMarked
module org.narrowbert.ffm {
    requires static org.jspecify;

    exports org.narrowbert.ffm.library to
            org.narrowbert.engine,
            org.narrowbert.cli;
    exports org.narrowbert.ffm.matrix to
            org.narrowbert.engine;
    exports org.narrowbert.ffm.memory to
            org.narrowbert.engine,
            org.narrowbert.cli;
    exports org.narrowbert.ffm.process to
            org.narrowbert.cli;
}
