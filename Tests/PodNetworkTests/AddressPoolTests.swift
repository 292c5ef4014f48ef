import NetworkTypes
import Testing

@testable import PodNetwork

struct AddressPoolTests {
    private func range(
        _ subnet: String,
        _ first: String? = nil,
        _ last: String? = nil,
        gateway: String? = nil
    ) throws -> AddressRange {
        try AddressRange(
            subnet: #require(IPPrefix(subnet)),
            first: first.flatMap { IPAddress($0) },
            last: last.flatMap { IPAddress($0) },
            gateway: gateway.flatMap { IPAddress($0) }
        )
    }

    private func walk(_ pool: AddressPool, after last: String?) -> [String] {
        pool.candidates(after: last.flatMap { IPAddress($0) }).map(\.address.description)
    }

    @Test func startsAtTheFirstAndSkipsTheGateway() throws {
        let pool = try AddressPool([range("10.1.0.0/29")])
        #expect(walk(pool, after: nil) == ["10.1.0.2", "10.1.0.3", "10.1.0.4", "10.1.0.5", "10.1.0.6"])
        #expect(pool.capacity == 5)
    }

    @Test func goesOnAfterTheLastAndComesRoundToIt() throws {
        let pool = try AddressPool([range("10.1.0.0/29")])
        #expect(walk(pool, after: "10.1.0.4") == ["10.1.0.5", "10.1.0.6", "10.1.0.2", "10.1.0.3", "10.1.0.4"])
        #expect(walk(pool, after: "10.1.0.6") == ["10.1.0.2", "10.1.0.3", "10.1.0.4", "10.1.0.5", "10.1.0.6"])
    }

    @Test func anUnknownLastStartsAnew() throws {
        let pool = try AddressPool([range("10.1.0.0/30")])
        #expect(walk(pool, after: "10.9.0.4") == ["10.1.0.2"])
        #expect(walk(pool, after: "fd00::1") == ["10.1.0.2"])
    }

    @Test func goesFromRangeToRange() throws {
        let pool = try AddressPool([
            range("10.1.0.0/24", "10.1.0.8", "10.1.0.9"), range("10.2.0.0/24", "10.2.0.1", "10.2.0.3"),
        ])
        #expect(walk(pool, after: "10.1.0.8") == ["10.1.0.9", "10.2.0.2", "10.2.0.3", "10.1.0.8"])
        #expect(walk(pool, after: "10.2.0.3") == ["10.1.0.8", "10.1.0.9", "10.2.0.2", "10.2.0.3"])
        #expect(pool.capacity == 4)
    }

    @Test func gatewayInTheMiddleIsSkipped() throws {
        let pool = try AddressPool([range("10.1.0.0/24", "10.1.0.8", "10.1.0.10", gateway: "10.1.0.9")])
        #expect(walk(pool, after: nil) == ["10.1.0.8", "10.1.0.10"])
    }

    @Test func aPoolOfOnlyTheGatewayIsEmpty() throws {
        let pool = try AddressPool([range("10.1.0.0/24", "10.1.0.1", "10.1.0.1")])
        #expect(walk(pool, after: nil) == [])
        #expect(pool.capacity == 0)
    }

    @Test func worksToTheVeryEndOfASubnetOfIPv6() throws {
        let pool = try AddressPool([range("fd00::/126")])
        #expect(walk(pool, after: "fd00::2") == ["fd00::3", "fd00::2"])
        #expect(try AddressPool([range("fd00::/64")]).capacity == .max)
        let top = try AddressPool([range("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc/126")])
        #expect(walk(top, after: nil).last == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
    }
}
