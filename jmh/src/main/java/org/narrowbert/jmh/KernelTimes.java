package org.narrowbert.jmh;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.tensor.Matrix;

/** How long each kernel of a backend computes: around every call there is a look at the clock, some hundred nanoseconds. */
final class KernelTimes {
    private final Map<String, Time> times = new LinkedHashMap<>();

    private record Time(long nanoseconds, int calls) {
        Time and(long more) {
            return new Time(nanoseconds + more, calls + 1);
        }
    }

    /** A backend whose kernels are timed; all else is the given one's, and so is closing. */
    Backend around(Backend backend) {
        Kernels kernels = backend.kernels();
        Kernels timed = proxy(Kernels.class, (proxy, method, arguments) -> {
            long begun = System.nanoTime();
            try {
                return call(kernels, method, arguments);
            } finally {
                times.merge(
                        name(method, arguments),
                        new Time(System.nanoTime() - begun, 1),
                        (before, now) -> before.and(now.nanoseconds()));
            }
        });
        return proxy(
                Backend.class,
                (proxy, method, arguments) ->
                        method.getName().equals("kernels") ? timed : call(backend, method, arguments));
    }

    /** Forgets what was timed. */
    void clear() {
        times.clear();
    }

    /** Prints what each kernel took, the longest first: milliseconds and calls of one run. */
    void print(int runs) {
        times.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> -entry.getValue().nanoseconds()))
                .forEach(entry -> System.out.printf(
                        "%10.2f ms %7.1f  %s%n",
                        entry.getValue().nanoseconds() / 1e6 / runs,
                        (double) entry.getValue().calls() / runs,
                        entry.getKey()));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getTargetException();
        }
    }

    /** A product's name has its operands' sizes. */
    private static String name(Method method, Object[] arguments) {
        if (!method.getName().startsWith("linear")) {
            return method.getName();
        }
        return Stream.of(arguments)
                .filter(Matrix.class::isInstance)
                .map(Matrix.class::cast)
                .limit(2)
                .map(matrix -> matrix.rows() + "x" + matrix.columns())
                .collect(Collectors.joining(" ", method.getName() + " ", ""));
    }
}
