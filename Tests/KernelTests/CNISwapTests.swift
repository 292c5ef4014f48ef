import Glibc
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Synchronization
import Testing

/// Debian's package of the reference plugins.
enum CNIReference {
    static let hostLocal = "/usr/lib/cni/host-local"
}

/// The reference's host-local and ours on one directory, by turns and at once (Debian's containernetworking-plugins).
@Suite(.enabled(if: File.exists(CNIReference.hostLocal), "needs containernetworking-plugins"))
struct CNISwapTests {
    private static let names = ["host-local", "reference-host-local"]

    private func withBoth(_ body: (CNIRuntime, JSONObject) throws -> Void) throws {
        try withRuntime(pods: 0) { runtime, _ in
            guard unsafe symlink(CNIReference.hostLocal, "\(runtime.programs)/\(Self.names[1])") == 0 else {
                throw Errno.current
            }
            let network = runtime.configuration(
                ["cniVersion": "1.0.0", "type": "bridge"],
                ranges: [[["subnet": "10.9.0.0/24"]], [["subnet": "fd09::/64"]]]
            )
            try body(runtime, network)
        }
    }

    private func call(
        _ runtime: CNIRuntime,
        _ command: String,
        _ container: String,
        _ network: JSONObject,
        _ program: String
    ) throws -> [String] {
        let answer = try runtime.call(command, container, "/proc/1/ns/net", network, as: program)
        try #require(answer.exit == .exited(0), "\(program) \(command) \(container): \(answer.text)")
        return answer.addresses.map { $0.address.description }
    }

    @Test(arguments: [0, 1])
    func oneGoesOnWhereTheOtherStopped(_ first: Int) throws {
        let (one, other) = (Self.names[first], Self.names[1 - first])
        try withBoth { runtime, network in
            let a = try call(runtime, "ADD", "a", network, one)
            let b = try call(runtime, "ADD", "b", network, other)
            let c = try call(runtime, "ADD", "c", network, one)
            #expect(a + b + c == ["10.9.0.2", "fd09::2", "10.9.0.3", "fd09::3", "10.9.0.4", "fd09::4"])
            for (container, program) in [("a", other), ("c", other), ("b", one)] {
                #expect(try call(runtime, "CHECK", container, network, program).isEmpty)
                #expect(try call(runtime, "DEL", container, network, program).isEmpty)
            }
            #expect(try runtime.reserved() == [])
            // What is gone by the other's word is gone.
            #expect(try call(runtime, "ADD", "a", network, other) == ["10.9.0.5", "fd09::5"])
            #expect(try runtime.call("ADD", "a", "/proc/1/ns/net", network, as: other).exit == .exited(1))
            #expect(try runtime.reserved().sorted() == ["10.9.0.5", "fd09::5"])
            _ = try call(runtime, "DEL", "a", network, one)
            #expect(try runtime.reserved() == [])
        }
    }

    @Test func bothAtOnceGiveEachAddressOnce() throws {
        try withBoth { runtime, network in
            let given = Mutex<[String]>([])
            try ParallelWork(count: 64) { index in
                let addresses = try call(runtime, "ADD", "c\(index)", network, Self.names[index % 2])
                given.withLock { $0 += addresses }
            }.run()
            let all = given.withLock { $0 }
            #expect(all.count == 128 && Set(all).count == 128)
            // Each is removed by the other one.
            try ParallelWork(count: 64) { index in
                _ = try call(runtime, "DEL", "c\(index)", network, Self.names[1 - index % 2])
            }.run()
            #expect(try runtime.reserved() == [])
        }
    }
}
