//! Asking a task that may end at any moment, and waiting for its answer.

use tokio::sync::{mpsc, oneshot};

/// The answer to what was put into a queue; `None` once whoever answers is gone.
///
/// The answer's own channel does not tell of that in every case: what comes into a queue in the very moment in which its receiver is dropped lies there
/// unread, and its way to answer with it, for as long as anyone can send.
pub(crate) async fn answer<T, R>(queue: &mpsc::Sender<T>, answer: oneshot::Receiver<R>) -> Option<R> {
    tokio::select! {
        biased;
        answer = answer => answer.ok(),
        () = queue.closed() => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    /// Asks while the one who is asked ends, so often that the two meet many times over.
    #[tokio::test]
    async fn who_ends_while_it_is_asked_keeps_nobody_waiting() {
        let turn = &*Box::leak(Box::new(AtomicUsize::new(0)));
        let (queues, ending) = std::sync::mpsc::sync_channel::<mpsc::Receiver<oneshot::Sender<()>>>(1);
        let ends = std::thread::spawn(move || {
            for (round, queue) in ending.into_iter().enumerate() {
                while turn.load(Ordering::Acquire) <= round {
                    std::hint::spin_loop();
                }
                (0..round % 32).for_each(|_| std::hint::spin_loop());
                drop(queue);
            }
        });
        for _ in 0..50_000 {
            let (queue, inbox) = mpsc::channel(1);
            queues.send(inbox).unwrap();
            let (reply, answered) = oneshot::channel();
            turn.fetch_add(1, Ordering::Release);
            if queue.try_send(reply).is_ok() {
                let waited = tokio::time::timeout(Duration::from_secs(5), answer(&queue, answered)).await;
                assert_eq!(waited, Ok(None));
            }
        }
        drop(queues);
        ends.join().unwrap();
    }
}
