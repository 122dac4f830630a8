package org.narrowbert.model.encoder;

import java.util.List;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.layout.Step;

/** On which rows the last sublayers are computed whose output no attention reads, only the head. The outputs are the same. */
public enum LastLayer {
    /** On the rows that the head reads. */
    NARROWED,
    /** On all rows up to the layout's colon, as its authors do: what ratios of speed are measured against. */
    FULL;

    /** The steps of a layout, its colon where the rows become few. */
    List<Step> steps(Layout layout) {
        return switch (this) {
            case NARROWED -> layout.narrowedSteps();
            case FULL -> layout.steps();
        };
    }
}
