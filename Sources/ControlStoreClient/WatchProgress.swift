import ClusterModel
import Synchronization

/// How far a watch came; written by the task that reads, read by the one that waits for it.
final class WatchProgress: Sendable {
    private let state = Mutex<(count: Int, latest: String?)>((0, nil))

    var current: (count: Int, latest: String?) { state.withLock { $0 } }

    func saw<Object: APIObject>(_ event: WatchEvent<Object>) {
        let version: String? =
            switch event {
            case .added(let object), .modified(let object), .deleted(let object): object.resourceVersion
            case .bookmark(let resourceVersion): resourceVersion
            }
        state.withLock { state in
            state.count += 1
            if let version, !version.isEmpty { state.latest = version }
        }
    }
}
