/** Bindings of src/main/c/dnnl.h, made by jextract (ffm-bindings/regenerate): never edited, wrapped by hand-written classes. */
@NullUnmarked
package org.narrowbert.ffm.generated.dnnl;

import org.jspecify.annotations.NullUnmarked;
