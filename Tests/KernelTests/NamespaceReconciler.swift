import Glibc
import LinuxSystem
import LinuxSystemTesting
import Synchronization

/// Runs tasks on one thread, which is in a network namespace.
final class NamespaceExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])
    private let isDone = Atomic(false)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Works off what comes until ``stop()``; looks every half a millisecond.
    private func work() {
        while !isDone.load(ordering: .acquiring) {
            let next = jobs.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
            if next.isEmpty { usleep(500) }
            for job in next { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    /// Runs an asynchronous closure in a namespace until a synchronous one, the test, is done.
    func run(
        in namespace: TestNamespace,
        _ daemon: @escaping @Sendable () async -> Void,
        while test: () throws -> Void
    ) throws {
        let executor = self
        let thread = try DedicatedThread.start(name: "daemon") {
            try? namespace.run { executor.work() }
        }
        let isEnded = SharedFlag()
        let task = Task(executorPreference: executor) {
            await daemon()
            isEnded.raise()
        }
        defer {
            task.cancel()
            while !isEnded.isRaised { usleep(1000) }
            executor.isDone.store(true, ordering: .releasing)
            thread.join()
        }
        try test()
    }
}

/// Something that happened.
final class SharedFlag: Sendable {
    private let flag = Atomic(false)

    var isRaised: Bool { flag.load(ordering: .acquiring) }
    func raise() { flag.store(true, ordering: .releasing) }
}
