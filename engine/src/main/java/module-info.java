import org.jspecify.annotations.NullMarked;
import org.narrowbert.engine.backend.BackendProvider;
import org.narrowbert.engine.backend.reference.ReferenceBackendProvider;
import org.narrowbert.engine.backend.vector.VectorBackendProvider;

/** Graphs over row sets, their plans, the backends that run them, and the optimizer. */
@NullMarked
module org.narrowbert.engine {
    requires org.narrowbert.ffm;
    requires static jdk.incubator.vector;
    requires static org.jspecify;

    exports org.narrowbert.engine.backend;
    exports org.narrowbert.engine.check;
    exports org.narrowbert.engine.error;
    exports org.narrowbert.engine.graph;
    exports org.narrowbert.engine.optimizer;
    exports org.narrowbert.engine.plan;
    exports org.narrowbert.engine.random;
    exports org.narrowbert.engine.session;
    exports org.narrowbert.engine.tensor;
    exports org.narrowbert.engine.threads;

    uses BackendProvider;

    provides BackendProvider with
            ReferenceBackendProvider,
            VectorBackendProvider;
}
