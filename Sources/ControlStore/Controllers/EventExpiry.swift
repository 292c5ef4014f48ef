import ClusterModel
import JSONTree
import Synchronization

extension ObjectStore {
    /// Deletes Events that were last written longer ago than they are kept.
    func expireEvents(now: Timestamp = .now()) async {
        let lifetime = configuration.eventLifetime
        let old = state.withLock { $0.caches[Self.index(of: .event)].objects(in: nil) }.filter { object in
            guard let time = Self.lastTime(of: object.json) else { return false }
            return now.duration(since: time) > lifetime
        }
        await withTaskGroup(of: Void.self) { group in
            for object in old {
                // A failure is tried again the next time.
                group.addTask { _ = try? await self.delete(.event, object.key) }
            }
        }
    }

    private static func lastTime(of event: JSONValue) -> Timestamp? {
        let texts = [
            event["lastTimestamp"], event["eventTime"], event[path: "series", "lastObservedTime"],
            event[path: "metadata", "creationTimestamp"],
        ]
        return texts.compactMap { $0?.stringValue.flatMap { Timestamp($0) } }.max()
    }
}
