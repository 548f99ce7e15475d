//! Every address, and who may ask for it.

use operations::Permission::{
    Administer, ExportDevices, ManagePeople, ViewAudit, ViewDevices, ViewPeople,
};

use crate::House;
use crate::access::{Addresses, needs, open_to_all, signed_in};
use crate::asset;
use crate::page::{
    advisory, audit, device, first_run, health, organisation, password, people, search,
    sign_in, today, vulnerability,
};

/// The whole list.
pub(crate) fn all(house: &House) -> Addresses {
    Addresses::new(house)
        .get("/", signed_in(today::home))
        .get("/today", signed_in(today::show))
        .get("/search", needs(ViewDevices, search::show))
        .get("/devices", needs(ViewDevices, device::list::list))
        .get("/devices/export", needs(ExportDevices, device::export::export))
        .post("/devices/views", needs(ViewDevices, device::saved::save))
        .post("/devices/views/forgotten", needs(ViewDevices, device::saved::forget))
        .get("/devices/{device}", needs(ViewDevices, device::show::show))
        .get(
            "/devices/{device}/vulnerabilities/{vulnerability}",
            needs(ViewDevices, device::explain::explain),
        )
        .get("/advisories", needs(ViewDevices, advisory::list))
        .get("/advisories/{advisory}", needs(ViewDevices, advisory::show))
        .get("/vulnerabilities/{vulnerability}", needs(ViewDevices, vulnerability::show))
        .get("/organisations", needs(ViewDevices, organisation::list))
        .post("/organisations", needs(Administer, organisation::make))
        .get("/people", needs(ViewPeople, people::list))
        .get("/people/invitation", needs(ManagePeople, people::invitation::show))
        .post("/people/invitation", needs(ManagePeople, people::invitation::send))
        .get("/people/{person}", needs(ViewPeople, people::person::show))
        .post("/people/{person}/roles", needs(ManagePeople, people::person::give))
        .post("/people/{person}/roles/taken", needs(ManagePeople, people::person::take))
        .post("/people/{person}/password", needs(ManagePeople, people::person::offer))
        .get("/audit", needs(ViewAudit, audit::list))
        .get("/audit/verification", needs(ViewAudit, audit::verify))
        .get("/audit/{number}", needs(ViewAudit, audit::prove))
        .get("/first-run/{secret}", open_to_all(first_run::show))
        .post("/first-run/{secret}", open_to_all(first_run::found))
        .get("/password/{secret}", open_to_all(password::show))
        .post("/password/{secret}", open_to_all(password::set))
        .get("/sign-in", open_to_all(sign_in::show))
        .post("/sign-in", open_to_all(sign_in::enter))
        .post("/sign-out", signed_in(sign_in::leave))
        .get("/assets/{name}", open_to_all(asset::show))
        .get("/health", open_to_all(health::show))
}
