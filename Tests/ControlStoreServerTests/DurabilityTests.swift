import Foundation
import Glibc
import JSONTree
import Synchronization
import Testing

/// What writers were told by the store, and what it must still know after a SIGKILL.
private final class Ledger: Sendable {
    struct Entry {
        /// The counter that was acknowledged last; nil when the object was acknowledged as deleted.
        var acknowledged: Int?
        /// The counter of a write whose answer never came; it may or may not have happened.
        var attempted: Int?
        var isDeletionAttempted = false
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var revision = 0
        var acknowledgements = 0
    }

    private let state = Mutex(State())

    var entries: [String: Entry] { state.withLock { $0.entries } }
    var revision: Int { state.withLock { $0.revision } }
    var acknowledgements: Int { state.withLock { $0.acknowledgements } }

    func attempt(_ name: String, counter: Int?) {
        state.withLock { state in
            state.entries[name, default: Entry()].attempted = counter
            state.entries[name]?.isDeletionAttempted = counter == nil
        }
    }

    func acknowledge(_ name: String, counter: Int?, revision: Int) {
        state.withLock { state in
            state.entries[name] = Entry(acknowledged: counter)
            state.revision = max(state.revision, revision)
            state.acknowledgements += 1
        }
    }

    /// Takes what the store said after the kill as the state from which the writers go on.
    func settle(_ name: String, counter: Int?) {
        state.withLock { $0.entries[name] = Entry(acknowledged: counter) }
    }
}

/// A thread that creates, changes and deletes Services until the store is gone.
private struct Writer {
    let number: Int
    let round: Int
    let path: String
    let ledger: Ledger
    private let services = "/api/v1/namespaces/default/services"

    func run() {
        guard let connection = try? StoreConnection(path: path) else { return }
        do {
            var index = 0
            while true {
                let name = "w\(number)-\(round)-\(index)"
                try write(connection, name, counter: 0, "POST", services, create(name))
                for counter in 1...2 {
                    let patch: JSONValue = ["metadata": ["annotations": ["counter": .string(String(counter))]]]
                    try write(connection, name, counter: counter, "PATCH", "\(services)/\(name)", patch)
                }
                if index % 3 == 0 { try write(connection, name, counter: nil, "DELETE", "\(services)/\(name)", nil) }
                index += 1
            }
        } catch {
            // Cut off in the middle of a request, as intended.
        }
    }

    private func create(_ name: String) -> JSONValue {
        [
            "metadata": ["name": .string(name), "annotations": ["counter": "0"]],
            "spec": ["type": "NodePort", "ports": [["port": 80]]],
        ]
    }

    private func write(
        _ connection: StoreConnection,
        _ name: String,
        counter: Int?,
        _ method: String,
        _ path: String,
        _ body: JSONValue?
    ) throws {
        ledger.attempt(name, counter: counter)
        let type = method == "PATCH" ? "application/merge-patch+json" : "application/json"
        let answer = try connection.send(method, path, body, type: type)
        guard (200...201).contains(answer.code) else {
            Issue.record("\(method) \(path): \(answer.json)")
            throw StoreConnection.Failure.lost
        }
        let revision = answer.json[path: "metadata", "resourceVersion"]?.stringValue.flatMap { Int($0) } ?? 0
        ledger.acknowledge(name, counter: counter, revision: revision)
    }
}

struct DurabilityTests {
    @Test func killedStoreLosesNothingThatWasAcknowledged() async throws {
        try await withDirectory { directory in
            let ledger = Ledger()
            for round in 0..<20 {
                let store = try StoreProcess(directory: directory)
                let socketPath = store.socketPath
                let threads = (0..<4).map { number in
                    let thread = Thread { Writer(number: number, round: round, path: socketPath, ledger: ledger).run() }
                    thread.start()
                    return thread
                }
                usleep(UInt32.random(in: 20_000...200_000))
                store.kill()
                while !threads.allSatisfy(\.isFinished) { usleep(1000) }
                let next = try StoreProcess(directory: directory)
                defer { next.kill() }
                try check(ledger, at: next.socketPath)
            }
            #expect(ledger.acknowledgements > 200)
        }
    }

    private func check(_ ledger: Ledger, at path: String) throws {
        let connection = try StoreConnection(path: path)
        let list = try connection.send("GET", "/api/v1/services").json
        let revision = list[path: "metadata", "resourceVersion"]?.stringValue.flatMap { Int($0) } ?? 0
        #expect(revision >= ledger.revision, "a revision went back")
        var found: [String: Int] = [:]
        var addresses: [String] = []
        var ports: [Int] = []
        for item in list["items"]?.arrayValue ?? [] {
            let name = item[path: "metadata", "name"]?.stringValue ?? ""
            addresses.append(item[path: "spec", "clusterIP"]?.stringValue ?? "")
            guard let counter = item[path: "metadata", "annotations", "counter"]?.stringValue else { continue }
            ports.append(item[path: "spec", "ports"]?[0]?["nodePort"]?.intValue ?? 0)
            found[name] = Int(counter)
        }
        #expect(Set(addresses).count == addresses.count, "an address was given twice")
        #expect(Set(ports).count == ports.count, "a node port was given twice")
        for (name, entry) in ledger.entries {
            let isExpected =
                found[name] == entry.acknowledged || (entry.isDeletionAttempted && found[name] == nil)
                || (entry.attempted != nil && found[name] == entry.attempted)
            #expect(isExpected, "\(name): \(String(describing: found[name])), expected \(entry)")
            ledger.settle(name, counter: found[name])
        }
        #expect(Set(found.keys).isSubset(of: ledger.entries.keys))
    }
}
