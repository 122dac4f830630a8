package org.narrowbert.engine.backend.vector;

import java.util.Arrays;

/** The tasks of several pieces of work, counted on from piece to piece. Filled again for each run. */
final class TaskTable {
    private int[] starts = new int[8];
    private int pieces;

    /** Forgets all pieces. */
    void clear() {
        pieces = 0;
    }

    /** Adds a piece of so many tasks, 0 or more. */
    void add(int tasks) {
        if (starts.length < pieces + 2) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
        }
        starts[pieces + 1] = starts[pieces] + tasks;
        pieces++;
    }

    /** Number of tasks. */
    int count() {
        return pieces == 0 ? 0 : starts[pieces];
    }

    /** The piece that a task belongs to. */
    int owner(int task) {
        int place = Arrays.binarySearch(starts, 0, pieces + 1, task);
        if (place < 0) {
            return -place - 2;
        }
        while (starts[place + 1] == task) {
            place++; // those before it have no tasks
        }
        return place;
    }

    /** The number of a task within its piece. */
    int index(int task, int owner) {
        return task - starts[owner];
    }
}
