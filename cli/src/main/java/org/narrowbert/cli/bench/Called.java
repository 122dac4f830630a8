package org.narrowbert.cli.bench;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import org.narrowbert.engine.error.RunError;

/**
 * An object, or a class for its static methods, of a library that was not there when this was compiled: public methods are called by name.
 *
 * @param target the object or the class
 */
record Called(Object target) {
    private static final Map<Class<?>, Class<?>> BOXES = Map.of(int.class, Integer.class, long.class, Long.class);

    /**
     * Calls the public method of this name that takes these arguments.
     *
     * @throws RunError if there is none, or if it fails
     */
    Object call(String name, Object... arguments) {
        Class<?> type = target instanceof Class<?> itself ? itself : target.getClass();
        for (Method method : type.getMethods()) {
            if (method.getName().equals(name) && takes(method.getParameterTypes(), arguments)) {
                return call(method, arguments);
            }
        }
        throw new RunError(
                type.getName() + " has no method " + name + " as it is used here: use another version of its library");
    }

    private Object call(Method method, Object... arguments) {
        try {
            Object result = method.invoke(target, arguments);
            return result == null ? target : result;
        } catch (InvocationTargetException failed) {
            throw failure(method, failed.getTargetException());
        } catch (LinkageError unfit) {
            // The library's native half is missing, or made for another machine.
            throw failure(method, unfit);
        } catch (IllegalAccessException hidden) {
            throw new AssertionError("a public method of " + method.getDeclaringClass(), hidden);
        }
    }

    private static RunError failure(Method method, Throwable cause) {
        String what = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        return new RunError(what + " fails: " + (cause.getMessage() == null ? cause : cause.getMessage()), cause);
    }

    private static boolean takes(Class<?>[] types, Object... arguments) {
        if (types.length != arguments.length) {
            return false;
        }
        for (int place = 0; place < types.length; place++) {
            if (!BOXES.getOrDefault(types[place], types[place]).isInstance(arguments[place])) {
                return false;
            }
        }
        return true;
    }
}
