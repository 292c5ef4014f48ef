import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import RouteNetlink
import Testing

/// Each in a process of its own, where no other test opens files.
@Suite(.enabled(if: KernelFeature.veth.isAvailable))
struct RouteOpenFilesTests {
    @Test func connectionsAndNamespacesLeakNoFile() async {
        await #expect(processExitsWith: .success) { () throws in
            let leaked = try OpenFiles.leaked {
                try withTestNamespaces(2) { namespaces in
                    var connection = try RouteConnection.open(in: namespaces[0].namespace)
                    let peer = VethPeer(name: "eth0", namespace: namespaces[1].namespace)
                    try connection.createLink(LinkSpec(name: "weft0", kind: .veth(peer: peer)))
                    _ = try connection.links()
                    _ = try? connection.createLink(LinkSpec(name: "weft0", kind: .bridge()))
                    let monitor = try RouteMonitor.open([.links], in: namespaces[1].namespace)
                    _ = monitor
                    _ = try? NetworkNamespace.open(path: "/etc/passwd")
                }
            }
            #expect(leaked == 0, "\(OpenFiles.list())")
        }
    }

    @Test func childProcessesLeakNoFile() async {
        await #expect(processExitsWith: .success) { () throws in
            let leaked = try OpenFiles.leaked {
                var command = ProcessCommand("cat", standardInput: .bytes([1, 2, 3]))
                _ = try ChildProcess.run(command)
                command.endsWithParent = true
                _ = try ChildProcess.run(command)
                command.standardOutput = .null
                _ = try ChildProcess.start(command)
                _ = try? ChildProcess.start(ProcessCommand("/etc/passwd"))
                _ = try? ChildProcess.run(ProcessCommand("sleep", ["1000"]), until: .now)
            }
            #expect(leaked == 0, "\(OpenFiles.list())")
        }
    }
}
