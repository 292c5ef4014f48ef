import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Synchronization
import Testing

@Suite(.enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable))
struct CNIParallelTests {
    @Test func manyAtOnceGetDistinctAddressesAndLeaveNothing() throws {
        let count = 50
        try withRuntime(pods: count) { runtime, pods in
            let configuration = runtime.configuration()
            let addresses = Mutex<[IPPrefix]>([])
            try ParallelWork(count: count) { index in
                let answer = try runtime.add("c\(index)", to: pods[index], configuration)
                addresses.withLock { $0 += answer.addresses }
            }.run()
            let assigned = addresses.withLock { $0 }
            #expect(assigned.count == 2 * count)
            #expect(Set(assigned).count == 2 * count)
            #expect(try runtime.reserved().count == 2 * count)
            #expect(try runtime.host.linkNames().count == count + 2)
            #expect(try runtime.host.addresses() == ["cni0 10.244.1.1/24", "cni0 fd00:1::1/64"])
            try ParallelWork(count: count) { index in
                // Every other one as after a crash of the runtime, without its namespace.
                try runtime.delete("c\(index)", namespace: index % 2 == 0 ? "" : pods[index].path, configuration)
            }.run()
            #expect(try runtime.reserved() == [])
            #expect(try runtime.host.linkNames() == ["cni0", "lo"])
            for pod in pods { #expect(try pod.linkNames() == ["lo"]) }
        }
    }
}

/// Work for each index, done by eight threads.
final class ParallelWork: Sendable {
    private let next = Atomic(0)
    private let failures = Mutex<[String]>([])
    private let count: Int
    private let body: @Sendable (Int) throws -> Void

    init(count: Int, _ body: @escaping @Sendable (Int) throws -> Void) {
        self.count = count
        self.body = body
    }

    /// Does it all, and records what was thrown.
    func run() throws {
        let threads = try (0..<8).map { _ in
            try DedicatedThread.start(name: "runtime") { [self] in
                while let index = take() {
                    do { try body(index) } catch { failures.withLock { $0.append("\(index): \(error)") } }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(failures.withLock { $0 } == [])
    }

    private func take() -> Int? {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < count ? index : nil
    }
}
