"""The wiki's own name: a certificate, the custom domain of the API, and the records that lead there."""

from dataclasses import dataclass

import pulumi
import pulumi_aws.acm as acm
import pulumi_aws.apigatewayv2 as apigatewayv2
import pulumi_aws.route53 as route53

from infra.component import Component

Record = dict[str, str]


@dataclass(frozen=True)
class DomainArgs:
    """`hosted_zone`: the Route 53 zone that gets the records. Without it they are outputs, and `ready` says
    that the certificate's is made, so that the domain can follow."""

    host: str
    hosted_zone: str | None
    ready: bool
    api_id: pulumi.Output[str]
    stage: pulumi.Output[str]


class Domain(Component):
    """`certificate_arn`; `records`: those that somebody has to make by hand, as name, type and value."""

    def __init__(self, name: str, args: DomainArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        certificate = acm.Certificate(
            name,
            domain_name=args.host,
            validation_method="DNS",
            tags={"Name": name},
            opts=self.own,
        )
        self.certificate_arn = certificate.arn
        proof = certificate.domain_validation_options.apply(
            lambda options: {
                "name": str(options[0].resource_record_name),
                "type": str(options[0].resource_record_type),
                "value": str(options[0].resource_record_value),
            }
        )
        by_hand: list[pulumi.Output[Record]] = [] if args.hosted_zone else [proof]
        if args.ready:
            validation = self._validated(name, args, proof)
            by_hand += self._served(name, args, validation)
        self.records: pulumi.Output[list[Record]] = pulumi.Output.all(*by_hand)
        self.register_outputs({})

    def _validated(
        self, name: str, args: DomainArgs, proof: pulumi.Output[Record]
    ) -> acm.CertificateValidation:
        """Waits until ACM has seen the record."""
        if args.hosted_zone:
            route53.Record(
                f"{name}-proof",
                zone_id=args.hosted_zone,
                name=proof.apply(lambda record: record["name"]),
                type=proof.apply(lambda record: record["type"]),
                records=[proof.apply(lambda record: record["value"])],
                ttl=300,
                opts=self.own,
            )
        return acm.CertificateValidation(
            name,
            certificate_arn=self.certificate_arn,
            validation_record_fqdns=[proof.apply(lambda record: record["name"])],
            opts=self.own,
        )

    def _served(
        self, name: str, args: DomainArgs, validation: acm.CertificateValidation
    ) -> list[pulumi.Output[Record]]:
        domain = apigatewayv2.DomainName(
            name,
            domain_name=args.host,
            domain_name_configuration=apigatewayv2.DomainNameDomainNameConfigurationArgs(
                certificate_arn=validation.certificate_arn,
                endpoint_type="REGIONAL",
                security_policy="TLS_1_2",
                ip_address_type="dualstack",
            ),
            opts=self.own,
        )
        apigatewayv2.ApiMapping(
            name, api_id=args.api_id, domain_name=domain.id, stage=args.stage, opts=self.own
        )
        target = domain.domain_name_configuration
        if args.hosted_zone is None:
            made = target.apply(
                lambda where: {"name": args.host, "type": "CNAME", "value": str(where.target_domain_name)}
            )
            return [made]
        for kind in ("A", "AAAA"):
            route53.Record(
                f"{name}-{kind.lower()}",
                zone_id=args.hosted_zone,
                name=args.host,
                type=kind,
                aliases=[
                    route53.RecordAliasArgs(
                        name=target.apply(lambda where: str(where.target_domain_name)),
                        zone_id=target.apply(lambda where: str(where.hosted_zone_id)),
                        evaluate_target_health=False,
                    )
                ],
                opts=self.own,
            )
        return []
