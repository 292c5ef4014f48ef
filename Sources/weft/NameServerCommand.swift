import ArgumentParser
import NetworkTypes
import TrafficTesting

/// The server inside the demo's pods.
struct NameServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "name-server",
        abstract: "Answers TCP lines and UDP datagrams with a name and the client's address.",
        shouldDisplay: false
    )

    @Option(help: "The name to answer with.") var name: String
    @Option(help: "The TCP and UDP port.") var port: UInt16

    func run() throws {
        try NameServer(name: name, port: Port(rawValue: port), families: IPFamily.allCases).run()
    }
}
