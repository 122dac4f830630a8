package org.narrowbert.engine.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.ElementType;
import org.narrowbert.engine.tensor.Matrix;

class ParametersTest {
    @Test
    void twoParametersOfOneNameAreRefusedBeforeMemoryIsTaken() {
        try (Counting backend = new Counting(Backends.find().named("reference").open(new BackendOptions(1)))) {
            List<Parameter> twice = List.of(Parameter.matrix("weight", 2, 3), Parameter.vector("weight", 3));
            assertThatThrownBy(() -> Parameters.open(twice, backend))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("two parameters are called weight");
            assertThat(backend.allocated).isZero();
            Parameters.open(twice.subList(0, 1), backend).close();
            assertThat(backend.allocated).isEqualTo(1);
        }
    }

    @Test
    void matricesComeBeforeVectorsSoThatDecayIsOneRunOfElements() {
        try (Backend backend = Backends.find().named("reference").open(new BackendOptions(1));
                Parameters parameters = Parameters.open(
                        List.of(
                                Parameter.vector("bias", 3),
                                Parameter.matrix("first", 2, 3),
                                Parameter.matrix("second", 4, 5)),
                        backend)) {
            assertThat(parameters.decayed().size()).isEqualTo(6 + 20);
            assertThat(parameters.undecayed().size()).isEqualTo(3);
            parameters.of(Parameter.matrix("second", 4, 5)).fill(2);
            parameters.of(Parameter.vector("bias", 3)).fill(7);
            assertThat(parameters.decayed().get(0, 6)).isEqualTo(2);
            assertThat(parameters.undecayed().get(0, 2)).isEqualTo(7);
        }
    }

    @Test
    void parametersOfAStackAreOneMatrixTooWhateverIsListedBetweenThem() {
        Parameter first = Parameter.matrix("first", 2, 3).in("stack");
        Parameter second = Parameter.matrix("second", 4, 3).in("stack");
        Parameter bias = Parameter.vector("bias", 2).in("stack");
        Parameter other = Parameter.vector("other", 4).in("stack");
        Parameter alone = Parameter.matrix("alone", 1, 1);
        try (Backend backend = Backends.find().named("reference").open(new BackendOptions(1));
                Parameters parameters = Parameters.open(List.of(first, bias, alone, second, other), backend)) {
            parameters.of(second).set(3, 2, 5);
            parameters.of(other).set(0, 1, 6);
            Matrix stack = parameters.of(List.of(first, second));
            assertThat(stack.shape()).isEqualTo("[6, 3]");
            assertThat(stack.get(5, 2)).isEqualTo(5);
            assertThat(parameters.of(List.of(bias, other)).toArray()).containsExactly(0, 0, 0, 6, 0, 0);
            assertThatThrownBy(() -> parameters.of(List.of(second, first)))
                    .hasMessageContaining("something lies between");
        }
    }

    /** A backend that counts what is taken from it. */
    private static final class Counting implements Backend {
        private final Backend backend;
        private int allocated;

        Counting(Backend backend) {
            this.backend = backend;
        }

        @Override
        public String name() {
            return backend.name();
        }

        @Override
        public ElementType elementType() {
            return backend.elementType();
        }

        @Override
        public Kernels kernels() {
            return backend.kernels();
        }

        @Override
        public long workspaceBytes() {
            return backend.workspaceBytes();
        }

        @Override
        public Buffer allocate(long elements) {
            allocated++;
            return backend.allocate(elements);
        }

        @Override
        public void close() {
            backend.close();
        }
    }
}
