package org.narrowbert.engine.optimizer;

import org.narrowbert.engine.error.UserError;

/**
 * Which learning-rate schedule a run follows. The numbers are Hugging Face's {@code lr_scheduler_kwargs}; those that a type does not use
 * have their defaults.
 *
 * @param type {@code lr_scheduler_type}
 * @param cycles {@code num_cycles}: waves of a cosine, or a whole number of restarted falls
 * @param power {@code power} of a polynomial
 * @param endRate {@code lr_end} of a polynomial: the last learning rate itself, not a factor of it
 */
public record ScheduleSettings(ScheduleType type, double cycles, double power, double endRate) {
    /** Linear. */
    public static final ScheduleSettings DEFAULT = of(ScheduleType.LINEAR);

    private static final int MOST_CYCLES = 1_000_000;

    public ScheduleSettings {
        boolean whole = type == ScheduleType.COSINE_WITH_RESTARTS;
        if (!(cycles > 0 && cycles <= MOST_CYCLES) || whole && cycles != Math.rint(cycles)) {
            throw new UserError("--lr-num-cycles is " + cycles + ": it must be "
                    + (whole ? "a whole number from 1" : "above 0") + " and at most " + MOST_CYCLES);
        }
        if (!(power > 0 && power <= 100)) {
            throw new UserError("--lr-power is " + power + ": it must be above 0 and at most 100");
        }
        if (!(endRate >= 0)) {
            throw new UserError("--lr-end is " + endRate + ": it must be 0 or more");
        }
    }

    /** A schedule with Hugging Face's defaults. */
    public static ScheduleSettings of(ScheduleType type) {
        return new ScheduleSettings(type, type == ScheduleType.COSINE ? 0.5 : 1, 1, 1e-7);
    }

    /** The same with another number of cycles. */
    public ScheduleSettings withCycles(double value) {
        used("--lr-num-cycles", type == ScheduleType.COSINE || type == ScheduleType.COSINE_WITH_RESTARTS);
        return new ScheduleSettings(type, value, power, endRate);
    }

    /** The same with another power. */
    public ScheduleSettings withPower(double value) {
        used("--lr-power", type == ScheduleType.POLYNOMIAL);
        return new ScheduleSettings(type, cycles, value, endRate);
    }

    /** The same with another last rate. */
    public ScheduleSettings withEndRate(double value) {
        used("--lr-end", type == ScheduleType.POLYNOMIAL);
        return new ScheduleSettings(type, cycles, power, value);
    }

    private void used(String option, boolean used) {
        if (!used) {
            throw new UserError(option + " means nothing to --lr-scheduler-type " + type + ": leave it out");
        }
    }

    /** Whether the rate rises from 0 first, so that a number of warm-up steps means something. */
    public boolean warmsUp() {
        return type != ScheduleType.CONSTANT;
    }

    /**
     * The schedule of a run.
     *
     * @param learningRate highest rate, which a polynomial's last rate is below
     * @throws UserError when it is not
     */
    public Schedule schedule(long warmupSteps, long totalSteps, double learningRate) {
        return switch (type) {
            case LINEAR -> new Schedule.Linear(warmupSteps, totalSteps);
            case COSINE -> new Schedule.Cosine(warmupSteps, totalSteps, cycles);
            case COSINE_WITH_RESTARTS -> new Schedule.CosineWithRestarts(warmupSteps, totalSteps, (int) cycles);
            case POLYNOMIAL -> {
                if (!(endRate < learningRate)) {
                    throw new UserError(
                            "--lr-end is " + endRate + ": it must be below --learning-rate " + learningRate);
                }
                yield new Schedule.Polynomial(warmupSteps, totalSteps, endRate / learningRate, power);
            }
            case CONSTANT -> new Schedule.Constant(0);
            case CONSTANT_WITH_WARMUP -> new Schedule.Constant(warmupSteps);
        };
    }
}
