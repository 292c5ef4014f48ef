import NFTables
import Netlink
import NetworkTypes
import RouteNetlink
import ServiceProxy
import Testing

@testable import BenchScenarios

/// What a floor is made of.
struct PlainDatagramTests {
    @Test func eachRouteIsAnswered() throws {
        let prefixes = try (1...3).map { try #require(IPPrefix("10.96.0.\($0)/32")) }
        let write = CommittedWrite.routes(prefixes.map { .addRoute(RouteSpec($0, link: 1, kind: .local)) })
        let datagram = try #require(try write.datagrams().first)
        #expect(datagram.subsystem == .routes)
        #expect(datagram.answerCount == 3)
        #expect(datagram.firstSequence == 1)
        #expect(datagram.name(1).hasPrefix("add route ") && datagram.name(1).contains("10.96.0.2"))
        #expect(try CommittedWrite.routes([]).datagrams().isEmpty)
    }

    @Test func aBatchOfRulesIsAnsweredOnce() throws {
        var transaction = Transaction()
        for number in 1...5 { transaction.add(Table(.ip, "t\(number)")) }
        let datagrams = try CommittedWrite.rules(transaction).datagrams()
        #expect(datagrams.map(\.answerCount) == [1])
        #expect(datagrams.map(\.subsystem) == [.rules])
    }
}
