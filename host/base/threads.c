#include "base/threads.h"

#include "base/limits.h"

#include <pthread.h>

static void *wait_for(void *data)
{
    pthread_mutex_t *held = data;

    pthread_mutex_lock(held);
    pthread_mutex_unlock(held);
    return NULL;
}

enum cl_err cl_threads_room(void)
{
    pthread_t threads[CL_THREADS_FREE];
    pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
    unsigned begun = 0;

    pthread_mutex_lock(&held); /* so that they are all there at once */
    while (begun < CL_THREADS_FREE && !pthread_create(&threads[begun], NULL, wait_for, &held))
        begun++;
    pthread_mutex_unlock(&held);
    for (unsigned i = 0; i < begun; i++)
        pthread_join(threads[i], NULL);
    return begun == CL_THREADS_FREE ? CL_OK : CL_NO_MEMORY;
}
