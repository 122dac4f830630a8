package org.narrowbert.model.checkpoint.pickle;

import java.util.Optional;

/** The functions that a pickle of tensors calls. Here they are names whose meaning {@link Rebuilding} knows. */
enum Global {
    ORDERED_DICT("collections", "OrderedDict"),
    TENSOR("torch._utils", "_rebuild_tensor_v2"),
    PARAMETER("torch._utils", "_rebuild_parameter");

    private final String module;
    private final String name;

    Global(String module, String name) {
        this.module = module;
        this.name = name;
    }

    /** With its module. */
    String qualified() {
        return module + "." + name;
    }

    /** The value that a name stands for; empty for every name that is not on the list. */
    static Optional<Value> named(String module, String name) {
        for (Global global : values()) {
            if (global.module.equals(module) && global.name.equals(name)) {
                return Optional.of(new Value.Function(global));
            }
        }
        return module.equals("torch") ? StorageType.ofClass(name).map(Value.StorageClass::new) : Optional.empty();
    }
}
