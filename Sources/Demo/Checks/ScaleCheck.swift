import ClusterTesting
import LinuxSystem
import NetworkTypes
import Synchronization
import TrafficTesting

/// A pod leaves or joins a Service: the time from the store's acknowledgement to the packets that show it.
struct ScaleCheck: DemoCheck {
    enum Direction: Sendable { case down, up }
    let direction: Direction
    /// Answers in a row, made after the change, that may not come from the pod that left.
    private let quietAnswers = 100
    private let patience = Patience.duration(.seconds(10))

    var what: String { direction == .down ? "scale down: last answer of the pod" : "scale up: first answer of the pod" }

    func run(in cluster: ThrowawayCluster) async throws -> Finding {
        let target = try await cluster.clusterIP(of: DemoService.web).endpoint(80)
        let pods = await cluster.pods
        let watch = PodWatch(pod: pods[pods.count - 1].name)
        let questioner = try cluster.askContinuously(Probe(.tcp, target), from: pods[0]) { watch.note($0) }
        defer { questioner.stop() }
        try await cluster.setReady(direction == .up, pod: watch.pod)
        let acknowledged = MonotonicTime.now
        let deadline = Deadline.after(patience)
        while !settled(watch, since: acknowledged) && !deadline.hasPassed {
            try await Task.sleep(for: .milliseconds(1))
        }
        return finding(watch, since: acknowledged)
    }

    private func settled(_ watch: PodWatch, since acknowledged: MonotonicTime) -> Bool {
        let seen = watch.seen
        return switch direction {
        case .up: seen.last.map { $0 >= acknowledged } ?? false
        case .down: seen.othersSince >= quietAnswers && seen.total > 0
        }
    }

    private func finding(_ watch: PodWatch, since acknowledged: MonotonicTime) -> Finding {
        let expected = direction == .down ? "\(watch.pod) no more, no failure" : "\(watch.pod) answers, no failure"
        let seen = watch.seen
        let took = seen.last.map { max(0, ($0 - acknowledged).milliseconds) } ?? 0
        // Zero: the change had reached the packets before its acknowledgement reached us.
        let when = took > 0 ? "after \(duration(took))" : "before the acknowledgement"
        let holds = settled(watch, since: acknowledged) && seen.failures == 0
        let failures = seen.failures == 0 ? "" : ", \(seen.failures) failures: \(seen.firstFailure ?? "")"
        return Finding(expected: expected, seen: when + failures, holds: holds)
    }
}

/// When a pod answered, among the answers of a Service.
private final class PodWatch: Sendable {
    struct Seen {
        var total = 0
        var last: MonotonicTime?
        /// Answers of others since the pod's last one.
        var othersSince = 0
        var failures = 0
        var firstFailure: String?
    }

    let pod: String
    private let state = Mutex(Seen())

    init(pod: String) { self.pod = pod }

    var seen: Seen { state.withLock { $0 } }

    func note(_ outcome: Result<Probe.Answer, TrafficError>) {
        state.withLock { seen in
            switch outcome {
            case .success(let answer) where answer.server == pod:
                seen.last = .now
                seen.othersSince = 0
                seen.total += 1
            case .success:
                seen.othersSince += 1
                seen.total += 1
            case .failure(let error):
                seen.failures += 1
                seen.firstFailure = seen.firstFailure ?? "\(error)"
            }
        }
    }
}
